/**
 * The sandbox's clock: the database's time plus an offset that callers control. The database stores the offset, so
 * that it survives restarts and all processes share it.
 */
import type { Clock } from '../engine/clock.ts';

/** The offset to the database's clock, or the time at which the clock is frozen. */
export interface ClockSetting {
  readonly offsetMs: number;
  /** Milliseconds since the epoch; null while the clock is running. */
  readonly frozenAt: number | null;
}

export interface ClockRecords {
  clock(): Promise<ClockSetting>;
  /** Changes the setting under a lock. @returns the new setting */
  updateClock(change: (setting: ClockSetting) => ClockSetting): Promise<ClockSetting>;
}

export class SandboxClock implements Clock {
  readonly #base: Clock;
  readonly #records: ClockRecords;
  readonly #shared: boolean;
  #setting: ClockSetting = { offsetMs: 0, frozenAt: null };
  #last = 0;
  /** Counts the changes by this process. A read that overlaps a change is discarded, because it may have missed the change. */
  #changes = 0;
  /** The current read of the records, or the last one. */
  #present: Promise<void> = Promise.resolve();
  /** The read after the current one, if a caller waits for it. */
  #next: Promise<void> | null = null;

  /** @param shared true if other processes can change the clock too */
  constructor(base: Clock, records: ClockRecords, shared: boolean) {
    this.#base = base;
    this.#records = records;
    this.#shared = shared;
  }

  async start(): Promise<void> {
    this.#setting = await this.#records.clock();
  }

  /** While frozen, every process returns the same millisecond, even if it has returned a later one before. */
  now(): number {
    const now = this.#at(this.#setting);
    this.#last = this.running() ? Math.max(this.#last, now) : now;
    return this.#last;
  }

  /** Calls made during a read share the next one, because the current read may have missed a change. */
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

  /** Moves the clock forward to a time. A past time changes nothing. */
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
      // The clock continues from the frozen time.
      return setting.frozenAt === null ? setting : { offsetMs: setting.frozenAt - this.#base.now(), frozenAt: null };
    });
  }

  /** Returns to the real time. Only this can move the clock back. Sessions keep the times that they have recorded. */
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
