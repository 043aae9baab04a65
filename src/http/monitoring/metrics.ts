/** Prometheus metrics. docs/metrics.md explains each. Labels are bounded: workflow, event, state, route; never an id, an address or a code. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from '../../engine/ports.ts';

/**
 * The metrics of the process: memory, processor time, garbage collections. Collected once for all services in the process, because
 * prom-client's observers cannot be removed and would keep a stopped service in memory.
 */
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess });

/** Figures that are read when a reader asks for the metrics. */
export interface PresentFigures {
  /** Requests that wait for their session's turn. */
  readonly waiting: () => number;
  readonly tasks: () => number;
  /** The largest difference from the database's time, in milliseconds. */
  readonly clockErrorMs: () => number;
  readonly streams: () => number;
  readonly connections: () => readonly { readonly pool: string; readonly busy: number; readonly idle: number; readonly waiting: number }[];
}

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

  readonly #problems = new Counter({
    name: 'verification_problems_total',
    help: 'Answers with a problem document, by code; for the code unavailable also by reason',
    labelNames: ['code', 'reason'],
    registers: [this.#registry],
  });
  readonly #aborted = new Counter({
    name: 'verification_aborted_requests_total',
    help: 'Requests whose client disconnected before the whole request was sent',
    registers: [this.#registry],
  });
  readonly #lateness = new Histogram({
    name: 'verification_wake_delay_seconds',
    help: 'How late sessions with something due were woken',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    registers: [this.#registry],
  });
  readonly #takenOver = new Counter({
    name: 'verification_sessions_taken_over_total',
    help: 'Sessions taken over because their process had died, or could not record the end of its work',
    registers: [this.#registry],
  });
  readonly #deliveries = new Histogram({
    name: 'verification_delivery_duration_seconds',
    help: 'Time that providers took for an attempt to send a message, by how it ended',
    labelNames: ['channel', 'provider', 'outcome'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.#registry],
  });
  readonly #setAside = new Gauge({
    name: 'verification_providers_set_aside',
    help: '1 while a provider is set aside because it failed again and again, 0 when it is back',
    labelNames: ['channel', 'provider'],
    registers: [this.#registry],
  });
  readonly #stranded = new Gauge({
    name: 'verification_stranded_sessions',
    help: 'Sessions whose workflow version this process does not have, as counted at its start',
    labelNames: ['workflow', 'version'],
    registers: [this.#registry],
  });

  readonly #suspended = new Counter({
    name: 'verification_sessions_suspended_total',
    help: 'Sessions set aside because their machine failed at something that was due; the log has the fault of each',
    labelNames: ['workflow'],
    registers: [this.#registry],
  });

  /** The text that is being made; null if no reader waits. */
  #text: Promise<string> | null = null;

  constructor(now: PresentFigures) {
    this.#gauge('verification_waiting_requests', 'Requests that wait for their session, those in a turn included', now.waiting);
    this.#gauge('verification_running_tasks', 'Attempts at tasks under way', now.tasks);
    this.#gauge('verification_open_streams', 'Event streams that are open', now.streams);
    this.#gauge(
      'verification_clock_error_seconds',
      'The largest possible difference from the database’s time',
      () => now.clockErrorMs() / 1000,
    );
    const registers = [this.#registry];
    new Gauge({
      name: 'verification_database_connections',
      help: 'Connections to the database, by pool',
      labelNames: ['pool', 'state'],
      registers,
      collect() {
        for (const { pool, busy, idle } of now.connections()) {
          this.set({ pool, state: 'busy' }, busy);
          this.set({ pool, state: 'idle' }, idle);
        }
      },
    });
    new Gauge({
      name: 'verification_database_waiting',
      help: 'Statements that wait for a connection to the database, by pool',
      labelNames: ['pool'],
      registers,
      collect() {
        for (const { pool, waiting } of now.connections()) this.set({ pool }, waiting);
      },
    });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const registers = [this.#registry];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /**
   * Making a text takes milliseconds, because there is a histogram for every route. All readers within one turn of the event loop get the
   * same text, and other callers are answered between two texts.
   */
  text(): Promise<string> {
    this.#text ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#text = null;
        Registry.merge([ofProcess, this.#registry]).metrics().then(resolve, reject);
      });
    });
    return this.#text;
  }

  committed({ workflow, event, to, refusal }: Parameters<Observer['committed']>[0]): void {
    this.#steps.inc({ workflow, event, to, refusal: refusal ?? '' });
    if (event === 'suspend') this.#suspended.inc({ workflow });
  }

  attempted({ task, outcome }: Parameters<Observer['attempted']>[0]): void {
    this.#attempts.inc({ task, outcome });
  }

  conflicted(): void {
    this.#conflicts.inc();
  }

  woken(lateMs: number | null): void {
    if (lateMs === null) this.#takenOver.inc();
    else this.#lateness.observe(lateMs / 1000);
  }

  providerChanged(channel: string, provider: string, state: 'open' | 'closed'): void {
    this.#setAside.set({ channel, provider }, state === 'open' ? 1 : 0);
  }

  sending(channel: string, provider: string): (outcome: string) => void {
    const ended = this.#deliveries.startTimer({ channel, provider });
    return (outcome) => void ended({ outcome });
  }

  stranded({ workflow, version, sessions }: { readonly workflow: string; readonly version: number; readonly sessions: number }): void {
    this.#stranded.set({ workflow, version: String(version) }, sessions);
  }

  failed(code: string, reason: string | null): void {
    this.#problems.inc({ code, reason: reason ?? '' });
  }

  aborted(): void {
    this.#aborted.inc();
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }
}
