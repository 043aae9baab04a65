/**
 * Other work on the machine spoils a measurement: how much of it there is, and waiting until there is none. What the processor
 * did is taken from Linux's own count, the hypervisor's share of it included; what the benchmark did itself is taken off.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processors that other work may keep busy without being noticed: a machine is never quite idle. */
const unnoticed = 0.15;

const sampleMs = 500;

/** Between two looks while something else is running. */
const pauseMs = 2_000;

const ticksPerSecond = 100;

export class OtherWork {
  readonly #ownSeconds: () => number;
  #quietWaitMs: number;

  /**
   * @param ownSeconds of the processor that the benchmark's processes have used so far
   * @param quietWaitMs how long to wait for a quiet machine, over the whole run
   */
  constructor(ownSeconds: () => number, quietWaitMs: number) {
    this.#ownSeconds = ownSeconds;
    this.#quietWaitMs = quietWaitMs;
  }

  /** Begins to watch. @returns what tells how many processors other work has kept busy since */
  watch(): () => number {
    const [begun, busy, own] = [performance.now(), busySeconds(), this.#ownSeconds()];
    return () => {
      const others = busySeconds() - busy - (this.#ownSeconds() - own);
      return Math.max(0, others / ((performance.now() - begun) / 1000));
    };
  }

  isNoticed(processors: number): boolean {
    return processors > unnoticed;
  }

  /** Whether it is worth measuring again. */
  get mayWait(): boolean {
    return this.#quietWaitMs > 0;
  }

  /** Resolves when the machine is quiet, or when the time to wait is used up. */
  async quiet(): Promise<void> {
    while (this.mayWait) {
      const begun = performance.now();
      const watched = this.watch();
      await delay(sampleMs);
      if (!this.isNoticed(watched())) return;
      await delay(pauseMs);
      this.#quietWaitMs -= performance.now() - begun;
    }
  }
}

/** Of all processors since the machine was started. */
function busySeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] =
    readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/ +/).map(Number) ?? [];
  return (user + nice + system + interrupts + softInterrupts + stolen) / ticksPerSecond;
}
