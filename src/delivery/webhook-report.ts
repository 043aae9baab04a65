/** The delivery report of a webhook's receiver: its signature, and whose message failed. */
import { Webhook } from 'standardwebhooks';
import type { DeliveryReport } from './message.ts';

const failures = ['undelivered', 'busy', 'no-answer'] as const;

/**
 * Reads the receiver's delivery report, signed with the same secret:
 * `{ "type": "code.report", "data": { "status": "undelivered", "reportTo" } }`.
 * @param url the URL that the report was posted to. A report with another `reportTo`, or with a session that is not in the URL, is forged
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
    // The signature is wrong, the timestamp is too old, or the body is not JSON.
    return 'forged';
  }
}

/** The data of the report; empty for a report of another type. */
function contentOfReport(report: unknown): { readonly [name in 'status' | 'reportTo' | 'sessionId']?: unknown } {
  const { type, data } = (report ?? {}) as { readonly type?: unknown; readonly data?: object | null };
  return type === 'code.report' && typeof data === 'object' && data !== null ? data : {};
}
