/** Access to the metrics: the key, and the port. */
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { HttpListener } from '../http/listener.ts';
import { type MetricsRouteDeps, metricsApp } from '../http/monitoring/metrics-routes.ts';
import type { ProblemDeps } from '../http/problems/problem-response.ts';
import { nameOfKey } from './admin-keys.ts';

export interface MetricsAccessDeps extends ProblemDeps {
  readonly config: Config;
  readonly metrics: MetricsRouteDeps['metrics'];
  /** The listener at METRICS_PORT; null if the port is not set. */
  readonly listener: HttpListener | null;
  readonly log: Logger;
}

/**
 * Serves the metrics at their own port, if one is set.
 * @returns the routes for the service's own port; null in production without a key, where everyone could read the metrics
 */
export function openMetrics({ config, metrics, listener, ...problemDeps }: MetricsAccessDeps): MetricsRouteDeps | null {
  const { metricsKey, production } = config;
  const parts = {
    metrics,
    isKey: metricsKey === null ? null : (key: string) => nameOfKey([{ name: 'metrics', key: metricsKey }], key) !== null,
  };
  if (listener !== null) {
    listener.answerWith(metricsApp(parts, problemDeps).fetch);
    return null;
  }
  if (!production || metricsKey !== null) return parts;
  problemDeps.log.warn('the metrics are closed: set METRICS_PORT or METRICS_KEY to read them in production');
  return null;
}
