/**
 * The work under way. Running sessions come first: new sessions are refused long before the events of running ones, and the service reports
 * itself full meanwhile.
 */
import { Overloaded } from './errors.ts';
import { StartHealth } from './start-health.ts';

/** About as many requests as a process answers in one or two seconds. A request with more of them before it would wait too long. */
const mostBeforeStarts = 2_000;

export class Load {
  readonly #events: { readonly waiting: number };
  readonly #tasks: { readonly room: number };
  readonly #starts = new StartHealth();
  #starting = 0;

  /**
   * @param events the number of requests that wait for existing sessions
   * @param tasks the number of further tasks that have room: every new session begins one
   */
  constructor(events: { readonly waiting: number }, tasks: { readonly room: number }) {
    this.#events = events;
    this.#tasks = tasks;
  }

  /** Requests under way, including waiting ones. */
  get count(): number {
    return this.#events.waiting + this.#starting;
  }

  /** True while new sessions are refused. */
  get isFull(): boolean {
    return this.count >= mostBeforeStarts || this.#tasks.room <= 0;
  }

  /** True while the store fails to save new sessions. */
  get startsFail(): boolean {
    return this.#starts.isFailing;
  }

  /**
   * Creates a session.
   * @throws Overloaded if too much is under way
   */
  making<T>(make: () => Promise<T>): Promise<T> {
    return this.starting(() => this.#starts.observed(make));
  }

  /**
   * Runs the work of a start.
   * @throws Overloaded if too much is under way
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
