/**
 * What moves sessions when nobody asks: wakes those with something due or whose process died, sleeps
 * until the next one, and forgets finished sessions in time.
 */
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine.ts';
import type { Log, Observer } from '../ports.ts';
import type { SessionStore } from '../session-store.ts';
import { DueSessions, pauseAfterFailureMs } from './due-sessions.ts';

export interface WorkerDeps {
  readonly engine: Engine;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: Pick<Observer, 'woken'>;
  /** How long finished sessions are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Forgets what else is of no use any more at that time. */
  readonly forget: (now: number) => Promise<void>;
}

/** Other processes may commit something due sooner than this one knows of. */
const longestSleepMs = 5000;

/** The time in which a provider usually takes a few messages: then there is room for more. */
const pauseWithoutRoomMs = 100;

/** So many that can't be woken are not a few odd ones. */
const mostResting = 1000;

/** How late a timer may become because another session takes long to be woken. */
const longestLookAwayMs = 50;

const purgeEveryMs = 10 * 60 * 1000;

export class Worker {
  readonly #parts: WorkerDeps;
  readonly #due: DueSessions;
  #stopped = false;
  #wakeUp: () => void = () => {};
  #wakeAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();
  #purge: ReturnType<typeof setInterval> | undefined;

  constructor(parts: WorkerDeps) {
    this.#parts = parts;
    this.#due = new DueSessions(parts);
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
    for (let busy = true; busy; ) {
      await this.#parts.engine.tasks.idle();
      busy = this.#due.underWay > 0;
      await this.#due.ended();
      busy = (await this.#due.wakeSome()) > 0 || busy;
      await this.#due.ended();
    }
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
        if (this.#parts.engine.tasks.room === 0) {
          await this.#sleep(pauseWithoutRoomMs);
          continue;
        }
        await this.#parts.clock.refresh();
        const woken = await this.#due.wakeSome();
        if (this.#due.resting > mostResting) await this.#sleep(pauseAfterFailureMs);
        else if (woken > 0) await this.#due.room();
        else if (this.#due.underWay > 0) await this.#someWoken();
        else await this.#sleep(await this.#untilNextMs());
      } catch (error) {
        this.#parts.log.warn({ err: error }, 'due sessions could not be woken');
        await this.#sleep(pauseAfterFailureMs);
      }
    }
    await this.#due.ended();
  }

  /** What is being woken still looks due; one that takes long must not keep others waiting for it. */
  async #someWoken(): Promise<void> {
    void this.#due.room(this.#due.underWay - 1).then(() => this.#wakeUp());
    await this.#sleep(longestLookAwayMs);
  }

  async #untilNextMs(): Promise<number> {
    const { store, clock } = this.#parts;
    const { dueAt, leaseInMs } = await store.nextDue();
    const dueInMs = dueAt === null || !clock.running() ? longestSleepMs : dueAt - clock.now();
    const soonest = this.#due.resting > 0 ? pauseAfterFailureMs : 0;
    return Math.min(longestSleepMs, Math.max(soonest, Math.min(dueInMs, leaseInMs ?? longestSleepMs)));
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
