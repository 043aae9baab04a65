/**
 * Moves the sandbox's time as if it passed. On the way to a later time, the clock stops at each retry of an
 * unfinished task, so that a jump of a day leads to the same sessions as a day of waiting.
 * (Timers need no stop: a step fires each at its own due time, however late the step is.)
 */
import type { SandboxClock } from './sandbox-clock.ts';

export interface SandboxTimeDeps {
  readonly clock: SandboxClock;
  /** The earliest time up to `until` at which a session with an unfinished task is due. */
  readonly nextTaskDueAt: (until: number) => Promise<number | null>;
  /** Processes everything that is due now, and waits until it is done. */
  readonly catchUp: () => Promise<void>;
}

export class SandboxTime {
  readonly #deps: SandboxTimeDeps;
  #moving: Promise<unknown> = Promise.resolve();

  constructor(deps: SandboxTimeDeps) {
    this.#deps = deps;
  }

  async now(): Promise<number> {
    await this.#deps.clock.refresh();
    return this.#deps.clock.now();
  }

  /** True if the clock was frozen when it was last read. */
  frozen(): boolean {
    return !this.#deps.clock.running();
  }

  /** @returns the new time */
  advance(ms: number): Promise<number> {
    return this.#inTurn(async (clock) => this.#travel(clock, clock.now() + ms));
  }

  /** @returns the new time; null for a past time, because the clock does not go back */
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
    const { nextTaskDueAt, catchUp } = this.#deps;
    await catchUp();
    for (let stop = await nextTaskDueAt(target), last = 0; stop !== null && stop > last; last = stop, stop = await nextTaskDueAt(target)) {
      await clock.moveTo(stop);
      await catchUp();
    }
    await clock.moveTo(target);
    await catchUp();
    return clock.now();
  }

  /** Runs moves one after the other. Overlapping moves would each read a half-finished state. */
  #inTurn<T>(move: (clock: SandboxClock) => Promise<T>): Promise<T> {
    const moved = this.#moving.then(async () => {
      await this.#deps.clock.refresh();
      return move(this.#deps.clock);
    });
    this.#moving = moved.catch(() => {});
    return moved;
  }
}
