/** The sessions of the store, with those that this process remembers, and how it makes sure of them. */
import { SessionNotFound } from './errors.ts';
import type { Session } from './session.ts';
import { SessionCache } from './session-cache.ts';
import type { Loaded, SessionStore } from './session-store.ts';

/** What a turn is stepped from. */
export interface Known extends Loaded {
  /** It may be stale: an answer without a commit makes sure of it first. */
  readonly remembered: boolean;
}

export class KnownSessions {
  readonly #store: Pick<SessionStore, 'load' | 'revision'>;
  readonly #ordered: (session: Session) => Session;
  readonly #cache = new SessionCache();

  /** @param ordered gives what is read from the store the order of its machine */
  constructor(store: Pick<SessionStore, 'load' | 'revision'>, ordered: (session: Session) => Session = (session) => session) {
    this.#store = store;
    this.#ordered = ordered;
  }

  /** @returns the session as it is remembered, which may be stale */
  remembered(id: string): Session | null {
    return this.#cache.get(id);
  }

  remember(session: Session): void {
    this.#cache.keep(session);
  }

  forget(id: string): void {
    this.#cache.forget(id);
  }

  /** @throws SessionNotFound, StoreUnavailable */
  async load(id: string): Promise<Known> {
    const loaded = await this.#store.load(id);
    if (!loaded) throw new SessionNotFound(`No session ${id}`);
    const session = this.#ordered(loaded.session);
    this.#cache.keep(session);
    return { ...loaded, session, remembered: false };
  }

  /** @returns the session that is remembered, if it is what the store holds now */
  async confirmed(id: string): Promise<Session | null> {
    const session = this.#cache.get(id);
    if (session === null) return null;
    if ((await this.#store.revision(id)) === session.revision) return session;
    this.#cache.forget(id);
    return null;
  }

  /** @returns the session as it is remembered, else as it is stored */
  async latest(id: string): Promise<Known> {
    const session = this.#cache.get(id);
    return session ? { session, leaseLapsed: false, remembered: true } : this.load(id);
  }

  /** @returns the session as it was read just now, unless this process knows a later revision of it */
  async asRead(loaded: Loaded): Promise<Known> {
    const session = this.#ordered(loaded.session);
    this.#cache.keep(session);
    return this.#cache.get(session.id) === session ? { ...loaded, session, remembered: true } : this.load(session.id);
  }
}
