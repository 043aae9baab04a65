/**
 * The sessions that this process wrote or read last. What is in here may be stale: a commit finds out by itself, because it
 * names the revision that it was stepped from; an answer without a commit asks the store first.
 */
import type { Session } from '../session.ts';

/** A few kilobytes each. A session that is pushed out is read again, that is all. */
const mostSessions = 5000;

export class SessionCache {
  readonly #sessions = new Map<string, Session>();

  get(id: string): Session | null {
    return this.#sessions.get(id) ?? null;
  }

  /** Caches a session, unless a later revision is cached already: reads may come back in any order. */
  put(session: Session): void {
    const known = this.#sessions.get(session.id);
    if (known && known.revision > session.revision) return;
    // Put in anew, so that those that were not used for longest come first.
    this.#sessions.delete(session.id);
    this.#sessions.set(session.id, session);
    if (this.#sessions.size <= mostSessions) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  evict(id: string): void {
    this.#sessions.delete(id);
  }
}
