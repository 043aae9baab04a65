/**
 * The sessions that this process wrote or read last. An entry may be stale. A commit detects that, because it names the revision before the
 * step; an answer without a commit asks the store first.
 */
import type { Session } from '../session.ts';

/** Each takes a few kilobytes. A session that is evicted is read again. */
const mostSessions = 5000;

export class SessionCache {
  readonly #sessions = new Map<string, Session>();

  get(id: string): Session | null {
    return this.#sessions.get(id) ?? null;
  }

  /** Caches a session, unless a later revision is cached: reads can return in any order. */
  put(session: Session): void {
    const known = this.#sessions.get(session.id);
    if (known && known.revision > session.revision) return;
    // Deleting and setting the key moves the session to the end, so that the least recently used one comes first.
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
