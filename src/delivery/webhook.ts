/** Any other provider: what is to be sent goes to a URL of the deployment's, signed as Standard Webhooks says. */
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Agent, type Dispatcher, request } from 'undici';
import { Attempts, retryAfterMs, unanswered, unavailable } from './attempts.ts';
import type { DeliveryReport, DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  /** Where the receiver may report what became of a message; null for one that nobody wants to hear of, or for no reports. */
  readonly callbackUrl: (message: Message) => string | null;
  /** Milliseconds since the epoch, as the receiver's clock has it: it refuses what seems old. */
  readonly now: () => number;
  /** For an answer, in milliseconds; 8 seconds by default. */
  readonly timeoutMs?: number;
}

/** More at a time would only queue at the receiver. */
const mostConnections = 128;

/** The status says it all. What else the receiver says is read so that the connection can be used again: so much, and for so long. */
const mostBytes = 16 * 1024;
const longestBodyMs = 1_000;

/** For what is still open when the provider is closed. */
const longestCloseMs = 1_000;

export function webhookProvider({ url, secret, callbackUrl, now, timeoutMs = 8_000 }: WebhookOptions): Provider {
  const sign = signing(secret);
  const attempts = new Attempts();
  // Half of what a message costs would be the client, were it the web's fetch with its streams and signals.
  const dispatcher = new Agent({
    connections: mostConnections,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  return {
    name: 'webhook',
    send: (message, rendered, signal) =>
      attempts.run(async () => {
        // Another attempt of the same send has the same id, and a receiver drops what it has seen.
        const id = message.key;
        const at = new Date(now());
        const type = message.kind === 'code' ? 'code.send' : 'notice.send';
        const body = JSON.stringify({ type, timestamp: at.toISOString(), data: contentOf(message, rendered, callbackUrl) });
        try {
          // It follows no redirection: wherever one points, that is not where the operator wants codes to go.
          const answer = await unlessAborted(
            signal,
            request(url, {
              dispatcher,
              method: 'POST',
              headers: {
                'content-type': 'application/json',
                'webhook-id': id,
                'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
                'webhook-signature': sign(id, at, body),
              },
              body,
              signal,
            }),
          );
          discard(answer.body);
          return resultOf(answer, now());
        } catch (error) {
          if (signal.aborted) return unavailable('unknown', 'given up before the webhook answered');
          return unanswered('the webhook', error);
        }
      }),
    close: async () => {
      await attempts.close();
      const patience = setTimeout(() => void dispatcher.destroy(), longestCloseMs);
      await dispatcher.close().catch(() => {});
      clearTimeout(patience);
    },
  };
}

/** A request that waits for a connection does not hear the signal: whoever waits for the request does. */
async function unlessAborted<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  answer.catch(() => {});
  const aborted = new Promise<never>((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  return Promise.race([answer, aborted]);
}

/** Frees the connection, whatever the receiver sends and however slowly. */
function discard(body: Dispatcher.ResponseData['body']): void {
  const patience = setTimeout(() => body.destroy(), longestBodyMs);
  void body
    .dump({ limit: mostBytes })
    .catch(() => {})
    .finally(() => clearTimeout(patience));
}

/** As Standard Webhooks 1.0 says: what is signed is the id, the time in seconds and the body, joined with full stops. */
function signing(secret: string): (id: string, at: Date, body: string) => string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return (id, at, body) => {
    const signed = `${id}.${Math.floor(at.getTime() / 1000)}.${body}`;
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  };
}

/** What the receiver gets to know. */
function contentOf(message: Message, { subject, text, html, language }: RenderedMessage, callbackUrl: WebhookOptions['callbackUrl']) {
  const { channel, to, sessionId, workflow } = message;
  const common = { channel, to, subject, text, html, language, workflow, sessionId, reportTo: callbackUrl(message) };
  if (message.kind === 'notice') return { ...common, notice: message.notice, happenedAt: new Date(message.at).toISOString() };
  return { ...common, code: message.code, expiresAt: new Date(message.expiresAt).toISOString() };
}

/** Not this recipient, whoever sends. */
const refusals: ReadonlySet<number> = new Set([400, 404, 410, 422]);

function resultOf({ statusCode: status, headers }: Dispatcher.ResponseData, now: number): DeliveryResult {
  if (status >= 200 && status < 300) return { outcome: 'accepted' };
  const after = retryAfterMs([headers['retry-after']].flat()[0], now);
  if (refusals.has(status)) return { outcome: 'rejected', reason: `the webhook refused the message (${status})` };
  if (status === 401 || status === 403) return unavailable('no', `the webhook refused the signature, check WEBHOOK_SECRET (${status})`);
  if (status === 429) return unavailable('no', `the webhook asks for fewer requests (${status})`, after);
  return unavailable(status >= 500 || status === 408 ? 'unknown' : 'no', `the webhook is not ready (${status})`, after);
}

const failures = ['undelivered', 'busy', 'no-answer'] as const;

/**
 * A report of the receiver's, signed with the same secret: `{ "type": "code.report", "data": { "status": "undelivered", "reportTo" } }`.
 * @param url where it was posted to. A report that names another `reportTo`, or a session that the address does not name, is forged
 */
export function readWebhookReport(
  secret: string,
  { url = null, headers, body }: { readonly url?: string | null; readonly headers: Headers; readonly body: string },
): DeliveryReport {
  try {
    const { status, reportTo, sessionId } = contentOfReport(new Webhook(secret).verify(body, Object.fromEntries(headers)));
    if (url !== null && reportTo !== undefined && reportTo !== url) return 'forged';
    if (url !== null && sessionId !== undefined && !url.split('/').includes(String(sessionId))) return 'forged';
    return { failure: failures.find((failure) => failure === status) ?? null };
  } catch {
    // Not signed so, too old, or not even JSON.
    return 'forged';
  }
}

/** Empty for a report of another kind. */
function contentOfReport(report: unknown): { readonly [name in 'status' | 'reportTo' | 'sessionId']?: unknown } {
  const { type, data } = (report ?? {}) as { readonly type?: unknown; readonly data?: object | null };
  return type === 'code.report' && typeof data === 'object' && data !== null ? data : {};
}
