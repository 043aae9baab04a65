/**
 * What moves sessions when nobody asks: wakes those with something due or whose process died, sleeps
 * until the next one, and forgets finished sessions in time.
 */
import type { Clock } from './clock.ts';
import type { Engine } from './engine.ts';
import type { Log } from './ports.ts';
import type { SessionStore } from './session-store.ts';

export interface WorkerParts {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Log;
  /** How long finished sessions are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Forgets what else is of no use any more at that time. */
  readonly forget: (now: number) => Promise<void>;
}

/** Sessions woken together: enough to fill the committer's batches, few enough to leave room for requests. */
const batch = 100;

/** Other processes may commit something due sooner than this one knows of. */
const longestSleepMs = 5000;

/** A session that can't be woken must not keep the processor busy. */
const pauseAfterFailureMs = 1000;

const purgeEveryMs = 10 * 60 * 1000;

export class Worker {
  readonly #parts: WorkerParts;
  #stopped = false;
  #wakeUp: () => void = () => {};
  #wakeAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();
  #purge: ReturnType<typeof setInterval> | undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.engine.onDue((dueAt) => {
      if (dueAt < this.#wakeAt) this.#wakeUp();
    });
    this.#running = this.#run();
    this.#purge = setInterval(() => void this.purge(), purgeEveryMs);
    void this.purge();
  }

  /** Resolves when nothing is being woken any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#purge);
    this.#wakeUp();
    await this.#running;
  }

  /** Wakes everything that is due by now, and waits until it and its tasks have ended. */
  async catchUp(): Promise<void> {
    const { engine } = this.#parts;
    do await engine.idle();
    while ((await this.#wakeDue()).woken > 0);
  }

  /** Deletes what was finished longer ago than the retention, and what else is of no use any more. */
  async purge(): Promise<void> {
    const { store, clock, retentionMs, forget, log } = this.#parts;
    try {
      await forget(clock.now());
      const endedBefore = clock.now() - retentionMs;
      let purged = 0;
      for (let more = true; more && !this.#stopped; ) {
        const deleted = await store.purge({ endedBefore, limit: 1000 });
        purged += deleted;
        more = deleted === 1000;
      }
      if (purged > 0) log.info({ purged }, 'finished sessions were purged');
    } catch (error) {
      log.warn({ err: error }, 'finished sessions could not be purged');
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#parts.clock.refresh();
        const { woken, failed } = await this.#wakeDue();
        if (failed > 0) await this.#sleep(pauseAfterFailureMs);
        else if (woken === 0) await this.#sleep(await this.#untilNextMs());
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'due sessions could not be woken');
        await this.#sleep(pauseAfterFailureMs);
      }
    }
  }

  async #wakeDue(): Promise<{ woken: number; failed: number }> {
    const { engine, store, clock, log } = this.#parts;
    const ids = await store.due({ now: clock.now(), limit: batch });
    const woken = await Promise.allSettled(ids.map((id) => engine.wake(id)));
    const failures = woken.filter((result) => result.status === 'rejected');
    if (failures.length > 0) log.error({ sessions: failures.length, err: failures[0]?.reason }, 'sessions could not be woken');
    return { woken: ids.length - failures.length, failed: failures.length };
  }

  async #untilNextMs(): Promise<number> {
    const { store, clock } = this.#parts;
    const { dueAt, leaseInMs } = await store.nextDue();
    const dueInMs = dueAt === null || !clock.running() ? longestSleepMs : dueAt - clock.now();
    return Math.min(longestSleepMs, Math.max(0, Math.min(dueInMs, leaseInMs ?? longestSleepMs)));
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.#wakeUp = () => {};
        this.#wakeAt = Number.POSITIVE_INFINITY;
        resolve();
      };
      // Node rounds timers down: a millisecond more, or the last one is spent asking again and again.
      const timer = setTimeout(finish, ms + 1);
      this.#wakeAt = this.#parts.clock.now() + ms;
      this.#wakeUp = finish;
      if (this.#stopped) finish();
    });
  }
}
