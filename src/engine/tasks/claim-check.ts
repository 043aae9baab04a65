/**
 * Confirms a claim before the outside effect of its task. A slow database or a stopped process can put seconds between the claim and the
 * effect. Meanwhile another process may have ended the session or taken over the task.
 */
import { monotonicMs } from '../database-clock.ts';
import { isUnderWay, type Task } from '../session.ts';
import type { Loaded, SessionStore } from '../session-store.ts';
import { freshClaimMs, leaseMs, mostConfirmations } from '../task-limits.ts';

/** The pause before the session is read again, after the database did not answer. */
const readAgainMs = 1000;

/** An attempt with its claim. */
export interface Claimed {
  readonly sessionId: string;
  readonly task: Task;
  /** The time at which the claim was sent to the database, on the process's monotonic clock. The claim took effect no earlier. */
  readonly claimedAt: number;
}

/**
 * @param signal aborts when the attempt is given up
 * @returns a function that is true while this process owns the attempt; it answers at once if it was certain a moment ago
 */
export function claimCheck({ sessionId, task, claimedAt }: Claimed, store: Pick<SessionStore, 'load'>, signal: AbortSignal) {
  let heldAt = claimedAt;
  const isFresh = () => monotonicMs() - heldAt <= freshClaimMs;
  const confirm = async (): Promise<boolean> => {
    for (let confirmed = 0; confirmed < mostConfirmations && !isFresh(); ) {
      const askedAt = monotonicMs();
      // After the end of the lease, another process may take over the task at any moment.
      if (signal.aborted || askedAt - claimedAt >= leaseMs) return false;
      try {
        if (!holds(await store.load(sessionId), task)) return false;
        heldAt = askedAt;
        confirmed += 1;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, readAgainMs));
      }
    }
    return true;
  };
  return (): true | Promise<boolean> => isFresh() || confirm();
}

/** True if the attempt is still under way in the session and its lease has not ended. */
function holds(loaded: Loaded | null, { generation, attempts }: Task): boolean {
  if (loaded === null || loaded.leaseLapsed) return false;
  return loaded.session.tasks.some((task) => task.generation === generation && task.attempts === attempts && isUnderWay(task));
}
