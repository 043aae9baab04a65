/** The sessions of the store, with a cache of those that this process used last, and how a cached one is revalidated. */
import { SessionNotFound } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Loaded, SessionStore } from '../session-store.ts';
import { SessionCache } from './session-cache.ts';

/** The session that a turn is stepped from. */
export interface LoadedSession extends Loaded {
  /** A cached session may be stale: an answer without a commit revalidates it first. */
  readonly cached: boolean;
}

export class CachedSessions {
  readonly #store: Pick<SessionStore, 'load' | 'revision'>;
  readonly #ordered: (session: Session) => Session;
  readonly #cache = new SessionCache();

  /** @param ordered gives what is read from the store the order of its machine */
  constructor(store: Pick<SessionStore, 'load' | 'revision'>, ordered: (session: Session) => Session = (session) => session) {
    this.#store = store;
    this.#ordered = ordered;
  }

  /** @returns the session as it is cached, which may be stale */
  cached(id: string): Session | null {
    return this.#cache.get(id);
  }

  put(session: Session): void {
    this.#cache.put(session);
  }

  evict(id: string): void {
    this.#cache.evict(id);
  }

  /** @throws SessionNotFound, StoreUnavailable */
  async load(id: string): Promise<LoadedSession> {
    const loaded = await this.#store.load(id);
    if (!loaded) throw new SessionNotFound(`No session ${id}`);
    const session = this.#ordered(loaded.session);
    this.#cache.put(session);
    return { ...loaded, session, cached: false };
  }

  /** @returns the cached session, if the store still holds that revision */
  async revalidated(id: string): Promise<Session | null> {
    const session = this.#cache.get(id);
    if (session === null) return null;
    if ((await this.#store.revision(id)) === session.revision) return session;
    this.#cache.evict(id);
    return null;
  }

  /** @returns the session as it is cached, else as it is stored */
  async latest(id: string): Promise<LoadedSession> {
    const session = this.#cache.get(id);
    return session ? { session, leaseLapsed: false, cached: true } : this.load(id);
  }

  /** @returns the session as it was read just now, unless this process knows a later revision of it */
  async asRead(loaded: Loaded): Promise<LoadedSession> {
    const session = this.#ordered(loaded.session);
    this.#cache.put(session);
    return this.#cache.get(session.id) === session ? { ...loaded, session, cached: true } : this.load(session.id);
  }
}
