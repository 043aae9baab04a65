/** The tasks that call the restaurant. Its service is another machine: it may be slow, unavailable, or full. */
import type { TaskAttempt, TaskHandler, TaskResult } from 'verification-workflows';

/** @param url of the restaurant's service */
export function reserveTable(url: string): TaskHandler<{ guests: number }> {
  return {
    // A guest waits at a screen: three attempts within half a minute.
    timeoutMs: 5_000,
    retryDelaysMs: [1_000, 5_000],
    run: async ({ input, ...attempt }, signal) => resultOf(await ask(url, 'PUT', attempt, signal, { guests: input.guests })),
  };
}

/** @param url of the restaurant's service */
export function releaseTable(url: string): TaskHandler {
  return {
    timeoutMs: 5_000,
    // No person waits for the release, and an unused table costs the restaurant an evening: an hour of attempts.
    retryDelaysMs: [10_000, 60_000, 600_000, 3_600_000],
    run: async (attempt, signal) => resultOf(await ask(url, 'DELETE', attempt, signal)),
  };
}

/** An attempt may be repeated after its answer was lost. The session's id names the table, so that no second one is reserved. */
function ask(url: string, method: string, { sessionId }: Pick<TaskAttempt, 'sessionId'>, signal: AbortSignal, body?: object) {
  return fetch(`${url}/tables/${sessionId}`, {
    method,
    signal,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** A failed connection throws, which counts as `retry`. */
function resultOf({ ok, status }: Response): TaskResult {
  if (ok) return { outcome: 'done' };
  return status >= 500
    ? { outcome: 'retry', reason: `the restaurant answered ${status}` }
    : { outcome: 'failed', reason: `the restaurant answered ${status}` };
}
