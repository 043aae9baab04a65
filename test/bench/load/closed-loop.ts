/** A closed loop: each client sends its next request when the last one is answered. Requests outside the measured time do not count. */
import { percentile } from '../figure.ts';
import { Connection } from './connection.ts';

/** Takes the time of one request, by the name of its kind. */
export type Timed = <Answer>(kind: string, request: () => Promise<Answer>) => Promise<Answer>;

/** One round of one client. Throws if an answer was wrong. */
export type Visit = (connection: Connection, timed: Timed) => Promise<void>;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Measured {
  /** Rounds with only right answers. */
  readonly rounds: number;
  readonly seconds: number;
  /** Times by kind of request. */
  readonly latencies: Readonly<Record<string, Latency>>;
  /** Rounds with a wrong answer, including those outside the measured time. */
  readonly failures: number;
  readonly firstFailure: string | null;
  /** Processor time of the process that makes the load. */
  readonly processorSeconds: number;
}

/** A client whose rounds keep failing stops, so that it does not spin. */
const failuresToGiveUp = 5;

export class ClosedLoop {
  readonly #clients: Promise<void>[];
  readonly #latencies = new Map<string, number[]>();
  #measuring = false;
  #stopped = false;
  #begun = 0;
  #beganWith: NodeJS.CpuUsage | undefined;
  #rounds = 0;
  #failures = 0;
  #firstFailure: string | null = null;

  constructor(url: string, clients: number, visit: Visit) {
    this.#clients = Array.from({ length: clients }, () => this.#client(url, visit));
  }

  measure(): void {
    this.#measuring = true;
    this.#begun = performance.now();
    this.#beganWith = process.cpuUsage();
  }

  /** Ends the measured time; each client then finishes its round. */
  async stop(): Promise<Measured> {
    this.#measuring = false;
    this.#stopped = true;
    const seconds = (performance.now() - this.#begun) / 1000;
    const { user, system } = process.cpuUsage(this.#beganWith);
    const rounds = this.#rounds;
    await Promise.all(this.#clients);
    const latencies = [...this.#latencies].map(([kind, values]) => {
      const sorted = Float64Array.from(values).sort();
      return [kind, { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }] as const;
    });
    return {
      rounds,
      seconds,
      latencies: Object.fromEntries(latencies),
      failures: this.#failures,
      firstFailure: this.#firstFailure,
      processorSeconds: (user + system) / 1e6,
    };
  }

  async #client(url: string, visit: Visit): Promise<void> {
    let failures = 0;
    let connection = await Connection.open(url);
    while (!this.#stopped && failures < failuresToGiveUp) {
      try {
        await visit(connection, this.#timed);
        if (this.#measuring) this.#rounds += 1;
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#failures += 1;
        this.#firstFailure ??= error instanceof Error ? error.message : String(error);
        connection.close();
        connection = await Connection.open(url);
      }
    }
    connection.close();
  }

  readonly #timed: Timed = async (kind, request) => {
    const asked = performance.now();
    const answer = await request();
    if (this.#measuring) this.#note(kind, performance.now() - asked);
    return answer;
  };

  #note(kind: string, ms: number): void {
    const known = this.#latencies.get(kind);
    if (known) known.push(ms);
    else this.#latencies.set(kind, [ms]);
  }
}
