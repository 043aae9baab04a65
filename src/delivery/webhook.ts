/** Any other provider: the message goes to a URL of the deployment, signed according to Standard Webhooks. */
import { createHmac } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import { retryAfterMs } from '../common/failed-requests.ts';
import { outboundAgent, refusePrivate } from '../common/outbound.ts';
import { Attempts, unanswered, unavailable } from './attempts.ts';
import type { DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface WebhookOptions {
  readonly url: string;
  /** The key in base64, with the prefix `whsec_`. */
  readonly secret: string;
  /** True if the address may lie in a private network. */
  readonly allowsPrivate?: boolean;
  /** The URL for the receiver's delivery report about a message; null if no report is wanted. */
  readonly callbackUrl: (message: Message) => string | null;
  /** Milliseconds since the epoch, on real time rather than the sandbox clock, because the receiver refuses old timestamps. */
  readonly now: () => number;
  /** The time limit for an answer, in milliseconds; 8 seconds by default. */
  readonly timeoutMs?: number;
}

/** More connections would only queue at the receiver. */
const mostConnections = 128;

/** Only the status of an answer matters. Its body is read so that the connection can be reused, up to this size and this duration. */
const mostBytes = 16 * 1024;
const longestBodyMs = 1_000;

/** The wait for open connections when the provider closes. */
const longestCloseMs = 1_000;

export function webhookProvider({ url, secret, allowsPrivate = false, callbackUrl, now, timeoutMs = 8_000 }: WebhookOptions): Provider {
  const sign = signing(secret);
  const attempts = new Attempts();
  // With fetch, its streams and signals, the client would take half of a message's processor time.
  const connection = { setting: 'WEBHOOK_URL', connection: 'webhook', allowsPrivate };
  const dispatcher = outboundAgent({ ...connection, timeoutMs, connections: mostConnections });
  return {
    name: 'webhook',
    send: (message, rendered, signal) =>
      attempts.run(async () => {
        // Every attempt of a send has the same id, so that the receiver drops repetitions.
        const id = message.key;
        const at = new Date(now());
        const type = message.kind === 'code' ? 'code.send' : 'notice.send';
        const body = JSON.stringify({ type, timestamp: at.toISOString(), data: contentOf(message, rendered, callbackUrl) });
        try {
          refusePrivate(url, connection);
          // Redirections are not followed: codes go only to the URL that the operator set.
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
      const timeout = setTimeout(() => void dispatcher.destroy(), longestCloseMs);
      await dispatcher.close().catch(() => {});
      clearTimeout(timeout);
    },
  };
}

/** Rejects on abort at once. A request that still waits for a connection ignores the signal, so the caller must not wait for it. */
async function unlessAborted<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  answer.catch(() => {});
  const aborted = new Promise<never>((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
  return Promise.race([answer, aborted]);
}

/** Frees the connection, however large or slow the receiver's answer is. */
function discard(body: Dispatcher.ResponseData['body']): void {
  const timeout = setTimeout(() => body.destroy(), longestBodyMs);
  void body
    .dump({ limit: mostBytes })
    .catch(() => {})
    .finally(() => clearTimeout(timeout));
}

/** The signature of Standard Webhooks 1.0, over the id, the time in seconds and the body, joined with full stops. */
function signing(secret: string): (id: string, at: Date, body: string) => string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return (id, at, body) => {
    const signed = `${id}.${Math.floor(at.getTime() / 1000)}.${body}`;
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  };
}

/** The data of the webhook. */
function contentOf(message: Message, { subject, text, html, language }: RenderedMessage, callbackUrl: WebhookOptions['callbackUrl']) {
  const { channel, to, sessionId, workflow, locale } = message;
  const common = { channel, to, subject, text, html, language, locale, workflow, sessionId, reportTo: callbackUrl(message) };
  if (message.kind === 'notice') return { ...common, notice: message.notice, happenedAt: new Date(message.at).toISOString() };
  return { ...common, code: message.code, expiresAt: new Date(message.expiresAt).toISOString() };
}

/**
 * Statuses that reject the recipient: another provider would not reach it either. Any other failure is retried, as Standard Webhooks
 * requires: a 404, for example, comes from a receiver that is being deployed, or from a wrong WEBHOOK_URL, and a 410 says that the receiver
 * is gone, not the recipient.
 */
const refusals: ReadonlySet<number> = new Set([400, 422]);

function resultOf({ statusCode: status, headers }: Dispatcher.ResponseData, now: number): DeliveryResult {
  if (status >= 200 && status < 300) return { outcome: 'accepted' };
  const after = retryAfterMs([headers['retry-after']].flat()[0], now);
  if (refusals.has(status)) return { outcome: 'rejected', reason: `the webhook refused the message (${status})` };
  if (status === 401 || status === 403) return unavailable('no', `the webhook refused the signature, check WEBHOOK_SECRET (${status})`);
  if (status === 404 || status === 405 || status === 410)
    return unavailable('no', `nothing takes messages at this address, check WEBHOOK_URL (${status})`, after);
  if (status === 429) return unavailable('no', `the webhook asks for fewer requests (${status})`, after);
  return unavailable(status >= 500 || status === 408 ? 'unknown' : 'no', `the webhook is not ready (${status})`, after);
}
