/**
 * Other work on the machine spoils a measurement: this measures it, and waits until it ends. Linux counts the use of the processors,
 * including the hypervisor's share; the benchmark's own use is subtracted.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processors that other work may keep busy: a machine is never quite idle. */
const unnoticed = 0.15;

const sampleMs = 500;

/** The pause between two checks while other work runs. */
const pauseMs = 2_000;

const ticksPerSecond = 100;

export class OtherWork {
  readonly #ownSeconds: () => number;
  #quietWaitMs: number;

  /**
   * @param ownSeconds processor time of the benchmark's processes so far @param quietWaitMs the longest wait for a quiet machine, over the
   * whole run
   */
  constructor(ownSeconds: () => number, quietWaitMs: number) {
    this.#ownSeconds = ownSeconds;
    this.#quietWaitMs = quietWaitMs;
  }

  /** Begins to watch. @returns the function that tells how many processors other work has kept busy since */
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

  /** True if a measurement is worth repeating. */
  get mayWait(): boolean {
    return this.#quietWaitMs > 0;
  }

  /** Resolves when the machine is quiet, or when the time for waiting is used up. */
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

/** Busy time of all processors since the machine started. */
function busySeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] =
    readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/ +/).map(Number) ?? [];
  return (user + nice + system + interrupts + softInterrupts + stolen) / ticksPerSecond;
}
