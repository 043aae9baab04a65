/** The engine's gate: decides before anything else is done whether a request is for its caller to make. */
import type { Workflow } from '../../machines/workflow.ts';
import { type AccessRequest, assertAccess } from './access.ts';
import type { KnownSessions } from './known-sessions.ts';
import type { Vault } from './ports.ts';
import type { Session } from './session.ts';
import type { Reply } from './turn.ts';
import type { Workflows } from './workflows.ts';

export interface GateParts {
  readonly workflows: Workflows;
  readonly vault: Vault;
  readonly sessions: Pick<KnownSessions, 'latest' | 'load'>;
  /** The session as it is now: what fell due by now has happened. */
  readonly read: (id: string) => Promise<Reply>;
}

export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /**
   * Changes nothing: even timers that are due do not fire. A remembered session costs no statement. It may be stale, so a refusal is
   * given only by what the store holds, and a permission holds only until the session's turn decides again.
   * @returns the workflow in the version that the session runs, whose interface the request is judged by
   * @throws SessionNotFound, SessionStranded, EventNotFound, SenderRefused, StoreUnavailable
   */
  async admit(id: string, request: AccessRequest): Promise<Workflow> {
    const { sessions } = this.#parts;
    const known = await sessions.latest(id);
    try {
      return this.#judge(known.session, request);
    } catch (error) {
      if (!known.remembered) throw error;
      return this.#judge((await sessions.load(id)).session, request);
    }
  }

  /**
   * The session as it is now, for a caller who may see it.
   * @throws SessionNotFound, SessionStranded, StoreUnavailable
   */
  async look(id: string, { workflow, caller }: Pick<AccessRequest, 'workflow' | 'caller'>): Promise<Reply> {
    const request = { workflow, caller, type: null };
    await this.admit(id, request);
    const reply = await this.#parts.read(id);
    this.#judge(reply.session, request);
    return reply;
  }

  /**
   * The name of a session's workflow, which never changes: a remembered session costs no statement.
   * @throws SessionNotFound, StoreUnavailable
   */
  async workflowName(id: string): Promise<string> {
    return (await this.#parts.sessions.latest(id)).session.workflow;
  }

  #judge(session: Session, request: AccessRequest): Workflow {
    const { workflows, vault } = this.#parts;
    const own = workflows.running(session);
    assertAccess(request, own, session, vault);
    return own;
  }
}
