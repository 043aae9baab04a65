/**
 * The sessions of the store, with a cache of those that this process used last. An entry may be stale. The commit of a stale session fails,
 * because it names the revision before the step. Before an answer without a commit, the process asks the store for the current revision.
 */
import { SessionNotFound } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Loaded, SessionStore } from '../session-store.ts';

/** Each takes a few kilobytes. A session that is evicted is read again. */
const mostSessions = 5000;

/** The session at the beginning of a turn. */
export interface LoadedSession extends Loaded {
  /** A cached session may be stale: an answer without a commit revalidates it first. */
  readonly cached: boolean;
}

export class CachedSessions {
  readonly #store: Pick<SessionStore, 'load' | 'revision'>;
  readonly #ordered: (session: Session) => Session;
  /** The least recently used one comes first. */
  readonly #cache = new Map<string, Session>();

  /** @param ordered puts a session from the store into the order of its machine */
  constructor(store: Pick<SessionStore, 'load' | 'revision'>, ordered: (session: Session) => Session = (session) => session) {
    this.#store = store;
    this.#ordered = ordered;
  }

  /** @returns the cached session, which may be stale; null if it is not cached */
  cached(id: string): Session | null {
    return this.#cache.get(id) ?? null;
  }

  /** Caches a session, unless a later revision is cached: reads can return in any order. */
  put(session: Session): void {
    const { id, revision } = session;
    const known = this.#cache.get(id);
    if (known && known.revision > revision) return;
    // Deleting and setting the key moves the session to the end.
    this.#cache.delete(id);
    this.#cache.set(id, session);
    if (this.#cache.size <= mostSessions) return;
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined) this.#cache.delete(oldest);
  }

  evict(id: string): void {
    this.#cache.delete(id);
  }

  /** @throws SessionNotFound, StoreUnavailable */
  async load(id: string): Promise<LoadedSession> {
    const loaded = await this.#store.load(id);
    if (!loaded) throw new SessionNotFound(`No session ${id}`);
    const session = this.#ordered(loaded.session);
    this.put(session);
    return { ...loaded, session, cached: false };
  }

  /** @returns the cached session, if the store still has that revision */
  async revalidated(id: string): Promise<Session | null> {
    const session = this.cached(id);
    if (session === null) return null;
    if ((await this.#store.revision(id)) === session.revision) return session;
    this.evict(id);
    return null;
  }

  /** @returns the cached session, or else the stored one */
  async latest(id: string): Promise<LoadedSession> {
    const session = this.cached(id);
    return session ? { session, leaseLapsed: false, cached: true } : this.load(id);
  }

  /** @returns the session just read, unless this process has cached a later revision */
  async asRead(loaded: Loaded): Promise<LoadedSession> {
    const session = this.#ordered(loaded.session);
    this.put(session);
    return this.#cache.get(session.id) === session ? { ...loaded, session, cached: true } : this.load(session.id);
  }
}
