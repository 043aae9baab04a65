/**
 * The database's clock, kept by its offset to this process's monotonic one, so that reading it costs nothing.
 * It follows the database when they drift apart, and never goes back.
 */
import type { Clock } from './clock.ts';

/** Two quartz clocks drift apart by a few milliseconds in this time. */
const followEveryMs = 60_000;

export class DatabaseClock implements Clock {
  readonly #read: () => Promise<number>;
  #offset = 0;
  #last = 0;
  #following: ReturnType<typeof setInterval> | undefined;

  /** @param read asks the database for its time in milliseconds since the epoch */
  constructor(read: () => Promise<number>) {
    this.#read = read;
  }

  /** Reads the database's clock for the first time, and goes on following it. */
  async start(): Promise<void> {
    await this.#follow();
    this.#following = setInterval(() => void this.#follow().catch(() => {}), followEveryMs);
    this.#following.unref();
  }

  stop(): void {
    clearInterval(this.#following);
  }

  now(): number {
    this.#last = Math.max(this.#last, Math.floor(performance.now() + this.#offset));
    return this.#last;
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  running(): boolean {
    return true;
  }

  async #follow(): Promise<void> {
    const asked = performance.now();
    const told = await this.#read();
    const answered = performance.now();
    this.#offset = told - (asked + answered) / 2;
  }
}
