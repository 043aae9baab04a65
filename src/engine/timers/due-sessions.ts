/**
 * Wakes due sessions batch by batch: the next batch is read while one is being committed, so that neither the database nor this process
 * waits for the other. Several processes share the work without messages: a process that loses races reads further back in the queue.
 */
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine.ts';
import type { Log, Observer } from '../ports.ts';
import { nextDueAt } from '../session.ts';
import type { Loaded, SessionStore } from '../session-store.ts';

export interface DueSessionsDeps {
  readonly engine: Pick<Engine, 'wake'> & { readonly tasks: { readonly room: number } };
  readonly store: Pick<SessionStore, 'due'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: Pick<Observer, 'woken'>;
}

/** Sessions read together: enough to fill a few of the committer's batches. */
const batch = 256;

/** Sessions being woken at the same time: two batches, so that the next is ready when one ends. Few enough to leave room for requests. */
const mostUnderWay = 2 * batch;

/**
 * The pause after a failure, and after a wake that left its session as it was. Such a session stays due, and must not keep the processor
 * busy.
 */
export const pauseAfterFailureMs = 1000;

/** The positions at which a process may begin to read, one batch apart: more than the processes that usually share a database. */
const lanes = 8;

/** If this share of a batch lost its races, another process reads the same lane. */
const crowdedShare = 0.25;

export class DueSessions {
  readonly #parts: DueSessionsDeps;
  readonly #random: () => number;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Sessions that failed or stayed the same recently. They rest for a while, and the others continue. */
  readonly #resting = new Set<string>();
  /** Failures since the last line in the log: an unreachable database fails hundreds at once. */
  #failures: unknown[] = [];
  #lane = 0;
  #lost = 0;
  #waiting: { readonly most: number; readonly resolve: () => void } | null = null;

  /** @param random from 0 (inclusive) to 1 */
  constructor(parts: DueSessionsDeps, random: () => number = Math.random) {
    this.#parts = parts;
    this.#random = random;
  }

  /** The number of sessions being woken. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** The number of sessions that failed or stayed the same recently. */
  get resting(): number {
    return this.#resting.size;
  }

  /** Reads due sessions and begins to wake them. @returns their number */
  async wakeSome(): Promise<number> {
    const { engine, store, clock } = this.#parts;
    // Read no more sessions than attempts may begin: tasks without room stay due.
    const limit = Math.min(batch, Math.max(1, engine.tasks.room));
    this.#tellFailures();
    // After few lost races, move one lane towards the front of the queue, where the longest-waiting sessions are.
    this.#lane = this.#lost >= batch * crowdedShare ? Math.floor(this.#random() * lanes) : Math.max(0, this.#lane - 1);
    this.#lost = 0;
    const due = (skip: number) => store.due({ now: clock.now(), limit, skip, except: [...this.#underWay.keys(), ...this.#resting] });
    let found = await due(this.#lane * batch);
    if (found.length === 0 && this.#lane > 0) {
      this.#lane = 0;
      found = await due(0);
    }
    for (const loaded of found) this.#underWay.set(loaded.session.id, this.#wake(loaded));
    return found.length;
  }

  /** Resolves when another batch may be read, or when at most `most` sessions are being woken. */
  async room(most = mostUnderWay - batch): Promise<void> {
    if (this.#underWay.size <= most) return;
    await new Promise<void>((resolve) => {
      this.#waiting = { most, resolve };
    });
  }

  /** Resolves when no session is being woken. */
  async ended(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
    this.#tellFailures();
  }

  #tellFailures(): void {
    if (this.#failures.length === 0) return;
    this.#parts.log.error({ sessions: this.#failures.length, err: this.#failures[0] }, 'sessions could not be woken');
    this.#failures = [];
  }

  async #wake(loaded: Loaded): Promise<void> {
    const { id } = loaded.session;
    const { engine, observer, clock } = this.#parts;
    const dueAt = nextDueAt(loaded.session);
    const lateMs = loaded.leaseLapsed || dueAt === null ? null : Math.max(0, clock.now() - dueAt);
    try {
      const waking = await engine.wake(loaded);
      if (waking === 'changed') observer.woken(lateMs);
      else if (waking === 'lost') this.#lost += 1;
      // Without room for its tasks, the session need not rest: the worker pauses until there is room.
      else if (engine.tasks.room > 0) this.#rest(id);
    } catch (error) {
      this.#failures.push(error);
      this.#rest(id);
    }
    this.#underWay.delete(id);
    if (this.#waiting === null || this.#underWay.size > this.#waiting.most) return;
    this.#waiting.resolve();
    this.#waiting = null;
  }
  #rest(id: string): void {
    this.#resting.add(id);
    setTimeout(() => this.#resting.delete(id), pauseAfterFailureMs).unref();
  }
}
