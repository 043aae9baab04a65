/** The observers of problems: the metrics and the log. */
import type { Log } from '../engine/ports.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Problems } from '../http/problem.ts';
import type { ProblemParts } from '../http/problem-response.ts';
import { UnavailableLog } from '../http/unavailable-log.ts';

interface Observed {
  readonly publicUrl: string;
  readonly problems: Problems;
  readonly log: Log;
  readonly now: () => number;
  readonly metrics: Metrics;
}

export function observedProblems({ metrics, ...own }: Observed): ProblemParts {
  const unavailable = new UnavailableLog(own.log);
  return {
    ...own,
    failed: (...problem) => metrics.failed(...problem),
    unavailable: (...turnedAway) => unavailable.note(...turnedAway),
    aborted: () => metrics.aborted(),
  };
}
