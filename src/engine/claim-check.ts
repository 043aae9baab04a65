/**
 * Confirms a claim before the outside effect of its task. Seconds may pass between the two, because the database was slow to answer or
 * the process was stopped, and meanwhile another process may have ended the session or taken the task over.
 */
import { monotonicMs } from './database-clock.ts';
import { isUnderWay, type Task } from './session.ts';
import type { Loaded, SessionStore } from './session-store.ts';
import { freshClaimMs, leaseMs, mostConfirmations } from './task-limits.ts';

/** Before the session is read again, where the database did not answer. */
const readAgainMs = 1000;

/** An attempt that was claimed. */
export interface Claimed {
  readonly sessionId: string;
  readonly task: Task;
  /** When the claim was sent to the database, on the process's monotonic clock: the earliest moment at which it held. */
  readonly claimedAt: number;
}

/**
 * @param signal aborts when the attempt is given up
 * @returns tells whether the attempt is still this process's to make: at once, where that was certain a moment ago
 */
export function claimCheck({ sessionId, task, claimedAt }: Claimed, store: Pick<SessionStore, 'load'>, signal: AbortSignal) {
  let heldAt = claimedAt;
  const isFresh = () => monotonicMs() - heldAt <= freshClaimMs;
  const confirm = async (): Promise<boolean> => {
    for (let confirmed = 0; confirmed < mostConfirmations && !isFresh(); ) {
      const askedAt = monotonicMs();
      // After the lease another process may take the task over at any moment.
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

/** Whether the session still has this attempt under way, under a lease that runs. */
function holds(loaded: Loaded | null, { generation, attempts }: Task): boolean {
  if (loaded === null || loaded.leaseLapsed) return false;
  return loaded.session.tasks.some((task) => task.generation === generation && task.attempts === attempts && isUnderWay(task));
}
