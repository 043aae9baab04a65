/**
 * The database's clock, followed without a query for each reading. The process computes an interval that contains the offset between its
 * own monotonic clock and the database's. The time is the middle of the interval, and half its width bounds the error.
 */
import type { Clock } from './clock.ts';

const SECOND = 1000;

/** The interval between rounds of samples while the error is small. The error grows by 15 ms in this time. */
const followEveryMs = 15 * SECOND;

/** The interval while the error is large, or the database gives no time. A few short statements a second are no load. */
const followSoonMs = SECOND;

/** An unnoticeable error, about the travel time of a request. A database on the same continent answers within twice that. */
export const smallErrorMs = 50;

/**
 * The largest error of a process that reports itself ready. Cooldowns and lifetimes are whole seconds, so a person does not notice an
 * error below one second.
 */
export const largestErrorMs = SECOND;

/** Samples in a row, to find one with a fast answer. */
const samplesPerRound = 5;

/** Linux slews a clock by 500 ppm at most (adjtimex(2)), and both clocks may be slewed at once, in opposite directions. */
const driftPerMs = 0.001;

/** Bounds of the offset between the two clocks. */
interface Interval {
  readonly least: number;
  readonly most: number;
  /** The moment of these bounds, on the monotonic clock. */
  readonly at: number;
}

/**
 * Milliseconds of this process's monotonic clock, which can't be set and which goes on while the process is stopped. Only for durations
 * within a process: the zero point is arbitrary.
 */
export function monotonicMs(): number {
  return performance.now();
}

export class DatabaseClock implements Clock {
  readonly #read: () => Promise<number>;
  #offset: Interval | null = null;
  #last = 0;
  #next: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** @param read asks the database for its time, in whole milliseconds since the epoch, rounded down */
  constructor(read: () => Promise<number>) {
    this.#read = read;
  }

  /**
   * Resolves when the error is within `largestErrorMs`, then keeps following the database's clock.
   * @throws the errors of `read`
   */
  async start(): Promise<void> {
    while (!this.isKnown() && !this.#stopped) await this.#round();
    this.#follow();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#next);
  }

  /** If a sample shows that this clock ran ahead, the clock stands still instead of going back. */
  now(): number {
    const monotonic = monotonicMs();
    const { least, most } = this.#offset ?? { least: 0, most: 0 };
    this.#last = Math.max(this.#last, Math.floor(monotonic + (least + most) / 2));
    return this.#last;
  }

  /** The largest difference from the database's time: half the round trip of the best sample, plus the drift since then. */
  errorMs(): number {
    if (this.#offset === null) return Number.POSITIVE_INFINITY;
    const { least, most } = aged(this.#offset, monotonicMs());
    return (most - least) / 2;
  }

  /** True if the error is small enough to serve requests. */
  isKnown(): boolean {
    return this.errorMs() <= largestErrorMs;
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  running(): boolean {
    return true;
  }

  #follow(): void {
    if (this.#stopped) return;
    const again = () =>
      void this.#round()
        // The reported error grows until a sample succeeds.
        .catch(() => {})
        .then(() => this.#follow());
    this.#next = setTimeout(again, this.errorMs() > smallErrorMs ? followSoonMs : followEveryMs);
    this.#next.unref();
  }

  /** Takes one sample, and more while the answers are slow. */
  async #round(): Promise<void> {
    for (let taken = 0; taken < samplesPerRound; taken += 1) {
      const sample = await this.#sample();
      if (sample !== null) this.#offset = this.#offset === null ? sample : narrowed(this.#offset, sample);
      if (sample !== null && this.errorMs() <= smallErrorMs) return;
    }
  }

  /** @returns null if the answer was too slow to be useful */
  async #sample(): Promise<Interval | null> {
    const asked = monotonicMs();
    const told = await this.#read();
    const answered = monotonicMs();
    // The database read its clock between the question and the answer, and rounded the time down.
    const sample = { least: told - answered, most: told + 1 - asked, at: answered };
    return (sample.most - sample.least) / 2 <= largestErrorMs ? sample : null;
  }
}

/** The interval at a later moment, widened because the clocks may have drifted apart. */
function aged({ least, most, at }: Interval, now: number): Interval {
  const drift = (now - at) * driftPerMs;
  return { least: least - drift, most: most + drift, at: now };
}

/**
 * The intersection of both intervals. A slow sample hardly changes a good interval. If the two contradict each other, the sample replaces
 * the interval, because the database's clock was set, another server took over, or this machine slept.
 */
function narrowed(known: Interval, sample: Interval): Interval {
  const before = aged(known, sample.at);
  const both = { least: Math.max(before.least, sample.least), most: Math.min(before.most, sample.most), at: sample.at };
  return both.least <= both.most ? both : sample;
}
