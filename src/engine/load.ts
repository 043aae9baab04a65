/**
 * How much is under way. Who has begun gets through first: sessions that would be new are turned away long before the events of
 * those that are running, and the service says that it wants no more while it does so.
 */
import { Overloaded } from './errors.ts';
import { StartHealth } from './start-health.ts';

/** About what a process gets done in a second or two: whoever came behind that would wait too long. */
const mostBeforeStarts = 2_000;

export class Load {
  readonly #events: { readonly waiting: number };
  readonly #tasks: { readonly room: number };
  readonly #starts = new StartHealth();
  #starting = 0;

  /**
   * @param events how many requests wait for sessions that are there
   * @param tasks for how many more tasks there is room: every new session begins one
   */
  constructor(events: { readonly waiting: number }, tasks: { readonly room: number }) {
    this.#events = events;
    this.#tasks = tasks;
  }

  /** Requests under way, those that wait included. */
  get count(): number {
    return this.#events.waiting + this.#starting;
  }

  /** Whether new sessions are turned away. */
  get isFull(): boolean {
    return this.count >= mostBeforeStarts || this.#tasks.room <= 0;
  }

  /** Whether the store currently fails to save new sessions. */
  get startsFail(): boolean {
    return this.#starts.isFailing;
  }

  /**
   * Makes a session.
   * @throws Overloaded when there is too much to do already
   */
  making<T>(make: () => Promise<T>): Promise<T> {
    return this.starting(() => this.#starts.observed(make));
  }

  /**
   * Runs the work of a start.
   * @throws Overloaded when the process has too much to do already
   */
  async starting<T>(start: () => Promise<T>): Promise<T> {
    if (this.isFull) throw new Overloaded('Too much is under way for another session');
    this.#starting += 1;
    try {
      return await start();
    } finally {
      this.#starting -= 1;
    }
  }
}
