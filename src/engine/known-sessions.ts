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
  readonly #cache = new SessionCache();

  constructor(store: Pick<SessionStore, 'load' | 'revision'>) {
    this.#store = store;
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
    this.#cache.keep(loaded.session);
    return { ...loaded, remembered: false };
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
    const { id } = loaded.session;
    this.#cache.keep(loaded.session);
    return this.#cache.get(id) === loaded.session ? { ...loaded, remembered: true } : this.load(id);
  }
}
