/** Support: who may see the personal details of an account just now, and what its owner is told of that. */
import { SessionNotFound, SessionStranded } from '../../engine/errors.ts';
import type { Agent } from '../../engine/ports.ts';
import type { ListedSession } from '../../engine/session-store.ts';
import type { Reply } from '../../engine/sessions/turn.ts';
import type { Representation } from '../../http/sessions/representation.ts';
import type { Host } from '../host.ts';

const workflow = 'support-access';

/** What an agent asks for who looks at an account. */
const look = 'GET /admin/accounts/:id';

/** Shown at a time. Those that are granted are shown in any case: nothing that is asked later may push them out of sight. */
const mostAccesses = 100;

/** Beyond that it is the fact that matters, and not each. */
const mostLooks = 200;

type SupportHost = Pick<Host, 'store' | 'engine' | 'vault' | 'represent'>;

export class SupportAccesses {
  readonly #parts: SupportHost;

  constructor(parts: SupportHost) {
    this.#parts = parts;
  }

  /** @returns the session by which the owner of the account lets this agent see it now; null where none does */
  async accessOf(accountId: string, { keyName, name }: Agent): Promise<string | null> {
    for (const { id } of await this.#listed(accountId, 'granted')) {
      // Through the engine, which fires what is due first: what has ended by now has ended, whether or not anybody looked.
      const reply = await this.#read(id);
      if (reply === null || reply.session.value !== 'granted' || reply.session.sealed === null) continue;
      const { agentKey, agent } = this.#parts.vault.open(id, reply.session.sealed);
      if (agentKey === keyName && agent === name) return id;
    }
    return null;
  }

  /** What was asked of an account's owner, the newest first, each with the moments at which the account was looked at. */
  async accesses(accountId: string): Promise<{ session: Representation; looks: readonly number[] }[]> {
    const { store } = this.#parts;
    const [granted, latest] = await Promise.all([this.#listed(accountId, 'granted'), this.#listed(accountId, null)]);
    const ids = new Set([...latest, ...granted].map(({ id }) => id));
    const found = await Promise.all(
      [...ids].map(async (id) => {
        const reply = await this.#read(id);
        if (reply === null || reply.session.sealed === null) return [];
        return [
          {
            session: await this.#parts.represent(reply),
            looks: await store.audit.moments({ action: look, accountId, sessionId: id, limit: mostLooks }),
          },
        ];
      }),
    );
    return found.flat();
  }

  #listed(accountId: string, state: string | null): Promise<ListedSession[]> {
    return this.#parts.store.sessions.list({ workflow, state, accountId, below: null, limit: mostAccesses });
  }

  /** @returns null where it was purged in between, or its machine is gone */
  #read(id: string): Promise<Reply | null> {
    return this.#parts.engine.read(id).catch((error: unknown) => {
      if (error instanceof SessionNotFound || error instanceof SessionStranded) return null;
      throw error;
    });
  }
}
