/** The observers of problems: the metrics and the log. */
import type { Log } from '../engine/ports.ts';
import type { Metrics } from '../http/monitoring/metrics.ts';
import type { Problems } from '../http/problems/problem.ts';
import type { ProblemDeps } from '../http/problems/problem-response.ts';
import { UnavailableLog } from '../http/problems/unavailable-log.ts';

interface Observed {
  readonly publicUrl: string;
  readonly problems: Problems;
  readonly log: Log;
  readonly now: () => number;
  readonly metrics: Metrics;
}

export function observedProblems({ metrics, ...own }: Observed): ProblemDeps {
  const unavailable = new UnavailableLog(own.log);
  return {
    ...own,
    failed: (...problem) => metrics.failed(...problem),
    unavailable: (...turnedAway) => unavailable.note(...turnedAway),
    aborted: () => metrics.aborted(),
  };
}
