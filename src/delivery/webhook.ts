/** Any other provider: what is to be sent goes to a URL of the deployment's, signed as Standard Webhooks says. */
import { Webhook } from 'standardwebhooks';
import { Attempts, retryAfterMs, unanswered, unavailable } from './attempts.ts';
import type { CodeMessage, DeliveryReport, DeliveryResult, Message, Provider, RenderedMessage } from './message.ts';

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
  /** Where the receiver may report what became of a message; null for no reports. */
  readonly callbackUrl: (message: CodeMessage) => string | null;
  /** Milliseconds since the epoch, as the receiver's clock has it: it refuses what seems old. */
  readonly now: () => number;
  /** For an answer, in milliseconds; 8 seconds by default. */
  readonly timeoutMs?: number;
}

export function webhookProvider({ url, secret, callbackUrl, now, timeoutMs = 8_000 }: WebhookOptions): Provider {
  const webhook = new Webhook(secret);
  const attempts = new Attempts();
  return {
    name: 'webhook',
    send: (message, rendered, signal) =>
      attempts.run(async () => {
        // Another attempt of the same send has the same id, and a receiver drops what it has seen.
        const id = message.key;
        const at = new Date(now());
        const type = message.notice === null ? 'code.send' : 'notice.send';
        const body = JSON.stringify({ type, timestamp: at.toISOString(), data: contentOf(message, rendered, callbackUrl) });
        try {
          const answer = await fetch(url, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              'webhook-id': id,
              'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
              'webhook-signature': webhook.sign(id, at, body),
            },
            body,
            // Wherever it points, that is not where the operator wants codes to go.
            redirect: 'manual',
            signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          });
          await answer.body?.cancel();
          return resultOf(answer, now());
        } catch (error) {
          if (signal.aborted) return unavailable('unknown', 'given up before the webhook answered');
          return unanswered('the webhook', error);
        }
      }),
    close: () => attempts.close(),
  };
}

/** What the receiver gets to know. */
function contentOf(message: Message, { subject, text, html, language }: RenderedMessage, callbackUrl: WebhookOptions['callbackUrl']) {
  const { channel, to, sessionId, workflow } = message;
  const common = { channel, to, subject, text, html, language, workflow, sessionId };
  if (message.notice !== null) return { ...common, notice: message.notice, happenedAt: new Date(message.at).toISOString() };
  return { ...common, code: message.code, expiresAt: new Date(message.expiresAt).toISOString(), reportTo: callbackUrl(message) };
}

/** Not this recipient, whoever sends. */
const refusals: ReadonlySet<number> = new Set([400, 404, 410, 422]);

function resultOf({ ok, status, headers }: Response, now: number): DeliveryResult {
  if (ok) return { outcome: 'accepted' };
  const after = retryAfterMs(headers.get('retry-after'), now);
  if (refusals.has(status)) return { outcome: 'rejected', reason: `the webhook refused the message (${status})` };
  if (status === 401 || status === 403) return unavailable('no', `the webhook refused the signature, check WEBHOOK_SECRET (${status})`);
  if (status === 429) return unavailable('no', `the webhook asks for fewer requests (${status})`, after);
  return unavailable(status >= 500 || status === 408 ? 'unknown' : 'no', `the webhook is not ready (${status})`, after);
}

const failures = ['undelivered', 'busy', 'no-answer'] as const;

/** A report of the receiver's, signed with the same secret: `{ "type": "code.report", "data": { "status": "undelivered" } }`. */
export function readWebhookReport(secret: string, { headers, body }: { headers: Headers; body: string }): DeliveryReport {
  try {
    const report: unknown = new Webhook(secret).verify(body, Object.fromEntries(headers));
    return { failure: failures.find((failure) => failure === statusOf(report)) ?? null };
  } catch {
    // Not signed so, too old, or not even JSON.
    return 'forged';
  }
}

function statusOf(report: unknown): unknown {
  const { type, data } = (report ?? {}) as Readonly<Record<string, unknown>>;
  return type === 'code.report' ? (data as { status?: unknown } | null | undefined)?.status : undefined;
}
