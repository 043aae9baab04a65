/** Prometheus metrics. Labels are bounded: workflow, event, state, route; never an id, an address or a code. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from '../engine/ports.ts';

/**
 * What is known of the process: its memory, its processor time, its garbage collections. Counted once, however many services were
 * started in it: the observers that prom-client sets up for it can't be taken down, and would keep a service that has stopped.
 */
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess });

export class Metrics implements Observer {
  readonly #registry = new Registry();
  readonly #steps = new Counter({
    name: 'verification_session_steps_total',
    help: 'Committed steps of sessions: the event, the state they led to, and the refusal if any',
    labelNames: ['workflow', 'event', 'to', 'refusal'],
    registers: [this.#registry],
  });
  readonly #attempts = new Counter({
    name: 'verification_task_attempts_total',
    help: 'Attempts at tasks, by how they ended',
    labelNames: ['task', 'outcome'],
    registers: [this.#registry],
  });
  readonly #conflicts = new Counter({
    name: 'verification_commit_conflicts_total',
    help: 'Turns taken again because another process had changed the session',
    registers: [this.#registry],
  });
  readonly #requests = new Histogram({
    name: 'verification_http_request_duration_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  });

  /** @param waiting how many requests wait for their session's turn */
  constructor(waiting: () => number) {
    new Gauge({
      name: 'verification_waiting_requests',
      help: 'Requests that wait for their session, those in a turn included',
      registers: [this.#registry],
      collect() {
        this.set(waiting());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return Registry.merge([ofProcess, this.#registry]).metrics();
  }

  committed({ workflow, event, to, refusal }: Parameters<Observer['committed']>[0]): void {
    this.#steps.inc({ workflow, event, to, refusal: refusal ?? '' });
  }

  attempted({ task, outcome }: Parameters<Observer['attempted']>[0]): void {
    this.#attempts.inc({ task, outcome });
  }

  conflicted(): void {
    this.#conflicts.inc();
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }
}
