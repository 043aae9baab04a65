/** Support accesses: the agents that may see the personal details of an account now, and the account owner's list of them. */
import { SessionNotFound, SessionStranded } from '../../engine/errors.ts';
import type { Agent } from '../../engine/ports.ts';
import type { ListedSession } from '../../engine/session-store.ts';
import type { Reply } from '../../engine/sessions/turn.ts';
import type { Representation } from '../../http/sessions/representation.ts';
import type { Host } from '../host.ts';

const workflow = 'support-access';

/** The audited action of an agent who looks at an account. */
const look = 'GET /admin/accounts/:id';

/** The most accesses in the list. Granted ones are always listed, so that later requests cannot hide them. */
const mostAccesses = 100;

/** The most looks in the list. Beyond this, single looks tell an owner nothing more. */
const mostLooks = 200;

type SupportHost = Pick<Host, 'store' | 'engine' | 'vault' | 'represent'>;

export class SupportAccesses {
  readonly #parts: SupportHost;

  constructor(parts: SupportHost) {
    this.#parts = parts;
  }

  /** @returns the session in which the owner has granted the agent access to the account now; null without one */
  async accessOf(accountId: string, { keyName, name }: Agent): Promise<string | null> {
    for (const { id } of await this.#listed(accountId, 'granted')) {
      // Read through the engine, which fires due timers first: an access that has expired by now must have ended.
      const reply = await this.#read(id);
      if (reply === null || reply.session.value !== 'granted' || reply.session.sealed === null) continue;
      const { agentKey, agent } = this.#parts.vault.open(id, reply.session.sealed);
      if (agentKey === keyName && agent === name) return id;
    }
    return null;
  }

  /** The support accesses to an account, newest first, each with the times of the looks at the account. */
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

  /** @returns null if the session was purged in the meantime, or its machine is gone */
  #read(id: string): Promise<Reply | null> {
    return this.#parts.engine.read(id).catch((error: unknown) => {
      if (error instanceof SessionNotFound || error instanceof SessionStranded) return null;
      throw error;
    });
  }
}
