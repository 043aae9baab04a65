/** Reports commits to the log and the metrics. */
import type { Log, Observer } from '../ports.ts';
import type { HistoryEntry, Session } from '../session.ts';

export function logCommit(
  { id, workflow }: Pick<Session, 'id' | 'workflow'>,
  history: readonly HistoryEntry[],
  { log, observer }: { readonly log: Log; readonly observer: Pick<Observer, 'committed'> },
): void {
  for (const entry of history) {
    observer.committed({ workflow, event: entry.event, to: entry.to, refusal: entry.refusal });
    const fields = { session: id, workflow, ...entry };
    if (entry.fault === undefined) log.info(fields, 'session step');
    else log.error(fields, 'a session is suspended: its machine failed. Mend the machine and start again');
  }
}
