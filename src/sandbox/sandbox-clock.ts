/**
 * The sandbox's clock: the database's time, and what the caller added to it. It is kept in the database, so
 * that a restart does not turn it back and all processes share it.
 */
import type { Clock } from '../engine/clock.ts';

/** Where the clock stands: so far ahead of the database's, or frozen. */
export interface ClockSetting {
  readonly offsetMs: number;
  /** Milliseconds since the epoch; null while the clock is running. */
  readonly frozenAt: number | null;
}

export interface ClockRecords {
  clock(): Promise<ClockSetting>;
  /** Changes the setting under a lock. @returns the setting as it is then */
  updateClock(change: (setting: ClockSetting) => ClockSetting): Promise<ClockSetting>;
}

export class SandboxClock implements Clock {
  readonly #base: Clock;
  readonly #records: ClockRecords;
  readonly #shared: boolean;
  #setting: ClockSetting = { offsetMs: 0, frozenAt: null };
  #last = 0;
  /** How many changes this process has made: a look that was under way during one may have missed it. */
  #changes = 0;
  /** The look at the records that is under way, or was last. */
  #present: Promise<void> = Promise.resolve();
  /** The one after it, once somebody waits for it. */
  #next: Promise<void> | null = null;

  /** @param shared whether other processes may move the clock as well */
  constructor(base: Clock, records: ClockRecords, shared: boolean) {
    this.#base = base;
    this.#records = records;
    this.#shared = shared;
  }

  async start(): Promise<void> {
    this.#setting = await this.#records.clock();
  }

  /** A frozen clock stands at the same millisecond in every process, whatever each of them had seen when it was frozen. */
  now(): number {
    const now = this.#at(this.#setting);
    this.#last = this.running() ? Math.max(this.#last, now) : now;
    return this.#last;
  }

  /** Those who ask while a look at the records is under way share the next one: the present one may have missed a change. */
  async refresh(): Promise<void> {
    if (!this.#shared) return;
    this.#next ??= this.#present
      .catch(() => {})
      .then(() => {
        this.#next = null;
        this.#present = this.#look();
        return this.#present;
      });
    await this.#next;
  }

  running(): boolean {
    return this.#setting.frozenAt === null;
  }

  /** Moves the clock on to a time; a time that is past leaves it as it is. */
  async moveTo(time: number): Promise<void> {
    await this.#change((setting) => {
      const ahead = Math.max(0, time - this.#at(setting));
      return setting.frozenAt === null
        ? { ...setting, offsetMs: setting.offsetMs + ahead }
        : { ...setting, frozenAt: setting.frozenAt + ahead };
    });
  }

  async freeze(frozen: boolean): Promise<void> {
    await this.#change((setting) => {
      if (frozen) return { ...setting, frozenAt: setting.frozenAt ?? this.now() };
      // It runs on from where it stood.
      return setting.frozenAt === null ? setting : { offsetMs: setting.frozenAt - this.#base.now(), frozenAt: null };
    });
  }

  /** Back to the real time: the one way in which this clock may go back. Sessions keep the time that they have seen. */
  async reset(): Promise<void> {
    await this.#change(() => ({ offsetMs: 0, frozenAt: null }));
    this.#last = 0;
  }

  async #look(): Promise<void> {
    const changes = this.#changes;
    const setting = await this.#records.clock();
    if (changes === this.#changes) this.#setting = setting;
  }

  #at({ offsetMs, frozenAt }: ClockSetting): number {
    return frozenAt ?? this.#base.now() + offsetMs;
  }

  async #change(change: (setting: ClockSetting) => ClockSetting): Promise<void> {
    const setting = await this.#records.updateClock(change);
    this.#changes += 1;
    this.#setting = setting;
  }
}
