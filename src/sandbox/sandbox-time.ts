/**
 * Time in the sandbox, as if it had passed: on the way to a later moment it stops wherever an unfinished task
 * is to be tried again, so that a jump of a day and a day of waiting leave the same sessions behind.
 * (Timers need no stop: a step fires each at its own due time, however late it comes.)
 */
import type { SandboxClock } from './sandbox-clock.ts';

export interface SandboxTimeParts {
  readonly clock: SandboxClock;
  /** The earliest time at or before `until` at which a session with an unfinished task falls due. */
  readonly nextTaskDueAt: (until: number) => Promise<number | null>;
  /** Lets everything that is due by now happen, and waits for it. */
  readonly catchUp: () => Promise<void>;
}

export class SandboxTime {
  readonly #parts: SandboxTimeParts;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(parts: SandboxTimeParts) {
    this.#parts = parts;
  }

  async now(): Promise<number> {
    await this.#parts.clock.refresh();
    return this.#parts.clock.now();
  }

  /** Whether the clock stands, as it was last seen. */
  frozen(): boolean {
    return !this.#parts.clock.running();
  }

  /** @returns the time that it is then */
  advance(ms: number): Promise<number> {
    return this.#inTurn(async (clock) => this.#travel(clock, clock.now() + ms));
  }

  /** @returns the time that it is then, or null when the time is past: the clock does not go back */
  set(time: number): Promise<number | null> {
    return this.#inTurn(async (clock) => (time < clock.now() ? null : this.#travel(clock, time)));
  }

  freeze(frozen: boolean): Promise<number> {
    return this.#inTurn(async (clock) => {
      await clock.freeze(frozen);
      return clock.now();
    });
  }

  reset(): Promise<number> {
    return this.#inTurn(async (clock) => {
      await clock.reset();
      return clock.now();
    });
  }

  async #travel(clock: SandboxClock, target: number): Promise<number> {
    const { nextTaskDueAt, catchUp } = this.#parts;
    await catchUp();
    for (let stop = await nextTaskDueAt(target), last = 0; stop !== null && stop > last; last = stop, stop = await nextTaskDueAt(target)) {
      await clock.moveTo(stop);
      await catchUp();
    }
    await clock.moveTo(target);
    await catchUp();
    return clock.now();
  }

  /** One move at a time: two that cross would each see half of the other. */
  #inTurn<T>(move: (clock: SandboxClock) => Promise<T>): Promise<T> {
    const moved = this.#moving.then(async () => {
      await this.#parts.clock.refresh();
      return move(this.#parts.clock);
    });
    this.#moving = moved.catch(() => {});
    return moved;
  }
}
