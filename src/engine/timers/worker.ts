/** The worker: wakes due sessions and sessions whose process died, sleeps until the next one is due, and purges finished sessions. */
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
  /** How long finished sessions are stored, in milliseconds. */
  readonly retentionMs: number;
  /** Deletes other expired records at that time. */
  readonly forget: (now: number) => Promise<void>;
}

/** Other processes may commit earlier due times than this one knows. */
const longestSleepMs = 5000;

/** The time in which a provider usually takes a few messages, so that there is room again. */
const pauseWithoutRoomMs = 100;

/** If more sessions than this fail, the failures have a common cause, so the worker pauses. */
const mostResting = 1000;

/** How late a timer may fire because waking another session takes long. */
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

  /** Resolves when no session is being woken. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#purge);
    this.#wakeUp();
    await this.#running;
  }

  /** Wakes all sessions that are due by now, and waits until they and their tasks have ended. */
  async catchUp(): Promise<void> {
    for (let busy = true; busy; ) {
      await this.#parts.engine.tasks.idle();
      busy = this.#due.underWay > 0;
      await this.#due.ended();
      busy = (await this.#due.wakeSome()) > 0 || busy;
      await this.#due.ended();
    }
  }

  /** Deletes sessions that finished before the retention period, and other expired records. */
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

  /** Sessions being woken still look due. A slow one must not delay the others. */
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
      // Node rounds timers down. Without the extra millisecond, the loop would spend the last one asking again and again.
      const timer = setTimeout(finish, ms + 1);
      this.#wakeAt = this.#parts.clock.now() + ms;
      this.#wakeUp = finish;
      if (this.#stopped) finish();
    });
  }
}
