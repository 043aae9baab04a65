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
  /** Deletes other expired records at that time, by what they are. A failure of one keeps none of the others from it. */
  readonly purges: Readonly<Record<string, (now: number) => Promise<void>>>;
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

/** Enough to be quick, few enough that no request waits long for a locked row. */
const purgedPerStatement = 1000;

export class Worker {
  readonly #deps: WorkerDeps;
  readonly #due: DueSessions;
  #stopped = false;
  #wakeUp: () => void = () => {};
  #wakeAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> = Promise.resolve();
  #purgeTimer: ReturnType<typeof setInterval> | undefined;
  #purges = 0;
  #purging: Promise<void> = Promise.resolve();

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    this.#due = new DueSessions(deps);
  }

  start(): void {
    this.#deps.engine.onDue((dueAt) => {
      if (dueAt < this.#wakeAt) this.#wakeUp();
    });
    this.#running = this.#run();
    this.#purgeTimer = setInterval(() => {
      if (this.#purges === 0) void this.purge();
    }, purgeEveryMs);
    void this.purge();
  }

  /** Resolves when no session is being woken and nothing is being purged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#purgeTimer);
    this.#wakeUp();
    await Promise.all([this.#running, this.#purging]);
  }

  /** Wakes all sessions that are due by now, and waits until they and their tasks have ended. */
  async catchUp(): Promise<void> {
    for (let busy = true; busy; ) {
      await this.#deps.engine.tasks.idle();
      busy = this.#due.underWay > 0;
      await this.#due.ended();
      busy = (await this.#due.wakeSome()) > 0 || busy;
      await this.#due.ended();
    }
  }

  /** Deletes sessions that finished before the retention period, and other expired records. One purge runs at a time. */
  purge(): Promise<void> {
    this.#purges += 1;
    this.#purging = this.#purging
      .then(() => this.#purgeAll())
      .finally(() => {
        this.#purges -= 1;
      });
    return this.#purging;
  }

  async #purgeAll(): Promise<void> {
    const { purges, store, log, clock } = this.#deps;
    const all: Readonly<Record<string, (now: number) => Promise<unknown>>> = {
      ...purges,
      results: (now) => this.#inBatches((limit) => store.forgetResults({ now, limit })),
      'finished sessions': (now) => this.#purgeSessions(now),
    };
    for (const [records, purge] of Object.entries(all)) {
      if (this.#stopped) return;
      try {
        await purge(clock.now());
      } catch (error) {
        log.warn({ err: error, records }, 'expired records could not be purged');
      }
    }
  }

  async #purgeSessions(now: number): Promise<void> {
    const { store, retentionMs, log } = this.#deps;
    const endedBefore = now - retentionMs;
    const purged = await this.#inBatches((limit) => store.purge({ endedBefore, limit }));
    if (purged > 0) log.info({ purged }, 'finished sessions were purged');
  }

  /** Repeats a statement that deletes up to a limit, until one finds less. @returns the number of all that were deleted */
  async #inBatches(deleted: (limit: number) => Promise<number>): Promise<number> {
    let total = 0;
    for (let more = true; more && !this.#stopped; ) {
      const count = await deleted(purgedPerStatement);
      total += count;
      more = count === purgedPerStatement;
    }
    return total;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (this.#deps.engine.tasks.room === 0) {
          await this.#sleep(pauseWithoutRoomMs);
          continue;
        }
        await this.#deps.clock.refresh();
        const woken = await this.#due.wakeSome();
        if (this.#due.resting > mostResting) await this.#sleep(pauseAfterFailureMs);
        else if (woken > 0) await this.#due.room();
        else if (this.#due.underWay > 0) await this.#someWoken();
        else await this.#sleep(await this.#untilNextMs());
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'due sessions could not be woken');
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
    const { store, clock } = this.#deps;
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
      this.#wakeAt = this.#deps.clock.now() + ms;
      this.#wakeUp = finish;
      if (this.#stopped) finish();
    });
  }
}
