/** The sandbox's inbox, and the outcome of the next deliveries. Mounted in the sandbox alone. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import { parseDuration } from '../../common/duration.ts';
import { invalidField } from '../problems/problem.ts';
import { parameterIn } from '../requests/query-parameters.ts';
import { type Body, bodyReader } from '../requests/request-body.ts';
import type { ReportedSend } from '../sessions/delivery-reports.ts';
import { timeOf } from '../sessions/representation.ts';
import { longestAdvanceMs } from './sandbox-clock-routes.ts';
import { type DeliveryAnswer, DeliveryBody, type MessagesAnswer, ReportBody } from './sandbox-schemas.ts';

export interface SandboxMessage {
  readonly id: string;
  readonly sessionId: string;
  readonly channel: string;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Null in a notice. */
  readonly code: string | null;
  /** The kind of the notice; null in a code's message. */
  readonly notice: string | null;
  readonly sentAt: number;
}

export interface SandboxMessageRouteDeps {
  readonly messages: (query: { to?: string; limit: number }) => Promise<readonly SandboxMessage[]>;
  /** The normalised address, which look-ups use. */
  readonly recipient: (to: string) => string;
  /** @param recipient the recipient of the deliveries; null for all recipients */
  readonly setOutcome: (
    channel: string,
    recipient: string | null,
    outcome: { outcome: 'succeed' | 'fail' | 'delay'; delayMs: number | null },
    times: number,
  ) => Promise<void>;
  /** Tells a session that a message did not arrive, as a provider does. */
  readonly report: (send: ReportedSend, failure: string) => Promise<void>;
}

/** The newest messages. Tests and people look for recent ones. */
const messageLimit = 100;

export function sandboxMessageRoutes(deps: SandboxMessageRouteDeps): Hono {
  const app = new Hono();
  const readDelivery = bodyReader(DeliveryBody);
  app.get('/sandbox/messages', async (c) => {
    const to = parameterIn(c, 'to');
    const messages = await deps.messages(to === null ? { limit: messageLimit } : { to: deps.recipient(to), limit: messageLimit });
    return c.json<Static<typeof MessagesAnswer>>({
      messages: messages.map(({ id, sessionId, channel, to: address, subject, text, html, code, notice, sentAt }) => ({
        id,
        sessionId,
        channel,
        to: address,
        subject,
        text,
        html,
        code,
        notice,
        sentAt: timeOf(sentAt),
      })),
    });
  });
  const readReport = bodyReader(ReportBody);
  app.post('/sandbox/delivery-reports', async (c) => {
    const { failure, ...send } = (await readReport(c)) as Static<typeof ReportBody>;
    await deps.report(send, failure);
    return c.json<Static<typeof ReportBody>>({ ...send, failure });
  });
  app.post('/sandbox/delivery', async (c) => answerDelivery(c, await readDelivery(c), deps));
  return app;
}

async function answerDelivery(c: Context, body: Body, deps: SandboxMessageRouteDeps): Promise<Response> {
  const { channel, outcome, times = 1, to, delay } = body as Static<typeof DeliveryBody>;
  const delayMs = delay === undefined ? null : parseDuration(delay);
  if (delay !== undefined && (delayMs === null || delayMs > longestAdvanceMs))
    throw invalidField('/delay', 'An ISO 8601 duration in days, hours, minutes and seconds, at most ten years');
  if (delay !== undefined && outcome !== 'delay') throw invalidField('/delay', 'Only a delay has a length');
  await deps.setOutcome(channel, to === undefined ? null : deps.recipient(to), { outcome, delayMs }, times);
  return c.json<Static<typeof DeliveryAnswer>>({ channel, outcome, times });
}
