/**
 * Receives providers' reports about messages that they accepted. The report's address names the session, the code and the send. A report
 * about any send but the latest changes nothing.
 */
import { Hono } from 'hono';
import type { Engine } from '../../engine/engine.ts';
import { SessionNotFound } from '../../engine/errors.ts';
import { serviceCaller } from '../../engine/ports.ts';
import { Problem } from '../problems/problem.ts';
import { rawQuery } from '../requests/query-parameters.ts';

/** A report of a provider about a message that it accepted, as received. */
export interface ReceivedReport {
  /** The send that the address of the report names. */
  readonly send: { readonly sessionId: string; readonly codeNumber: number; readonly sendNumber: number };
  /** The last part of the address; null if there is none. */
  readonly proof: string | null;
  /** The full address of the request, as the provider was given it. Signatures can cover it. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** @returns `forged` for a report that the provider did not sign. A `failure` of null means that the message arrived or may still arrive */
export type ReportReader = (report: ReceivedReport) => Report | Promise<Report>;
type Report = 'forged' | { readonly failure: string | null };

export interface DeliveryReportDeps {
  readonly engine: Engine;
  readonly publicUrl: string;
  /** By provider name: the function that checks a report's signature and reads it. */
  readonly readers: Readonly<Record<string, ReportReader>>;
}

/** The message that a report is about. */
export interface ReportedSend {
  readonly sessionId: string;
  /** The current code if absent. */
  readonly codeNumber?: number | undefined;
  /** The latest send if absent. */
  readonly sendNumber?: number | undefined;
}

const reportEvent = 'DELIVERY_REPORTED';

export function deliveryReportRoutes({ engine, publicUrl, readers }: DeliveryReportDeps): Hono {
  const app = new Hono();
  const address = '/callbacks/:provider/:session/:code{[0-9]{1,3}}/:send{[0-9]{1,3}}';
  app.on('POST', [address, `${address}/:proof{[A-Za-z0-9_-]{1,64}}`], async (c) => {
    const { provider = '', session: sessionId = '', code, send: number, proof = null } = c.req.param();
    const read = Object.hasOwn(readers, provider) ? readers[provider] : undefined;
    if (!read) throw new Problem('not-found', 'No such provider');
    const send = { sessionId: sessionId.toLowerCase(), codeNumber: Number(code), sendNumber: Number(number) };
    const query = rawQuery(c);
    const url = `${publicUrl}${c.req.path}${query === '' ? '' : `?${query}`}`;
    const report = await read({ send, proof, url, headers: c.req.raw.headers, body: await c.req.text() });
    if (report === 'forged')
      throw new Problem('unauthenticated', 'The signature of the report is wrong, or the report is about another message');
    if (report.failure !== null) {
      // The session may be deleted by now. The provider cannot correct that, so its request succeeds.
      await reportFailure(engine, send, report.failure).catch((error) => {
        if (!(error instanceof SessionNotFound)) throw error;
      });
    }
    return c.body(null, 204);
  });
  return app;
}

/** Tells a session that a message did not arrive. A session that does not expect the report ignores it. */
export async function reportFailure(engine: Engine, { sessionId, codeNumber, sendNumber }: ReportedSend, failure: string): Promise<void> {
  const { workflow } = await engine.read(sessionId);
  if (!workflow.events[reportEvent]?.payloads.some((payload) => payload['failure'] === failure)) return;
  const numbers = { ...(codeNumber === undefined ? {} : { codeNumber }), ...(sendNumber === undefined ? {} : { sendNumber }) };
  await engine.send(sessionId, {
    workflow,
    sender: { as: 'provider' },
    type: reportEvent,
    body: { failure, ...numbers },
    idempotency: null,
    caller: serviceCaller,
  });
}
