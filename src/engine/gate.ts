/** The engine's gate: decides, before any other work, whether a caller may make a request. */
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
  /** The session as of now, after its due timers. */
  readonly read: (id: string) => Promise<Reply>;
}

export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /**
   * Changes nothing and fires no timers. A remembered session costs no statement but may be stale. So a refusal is always based on the
   * stored session, and a permission is provisional until the session's turn decides again.
   * @returns the workflow in the version that the session runs, whose interface judges the request
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
   * The session as of now, if the caller may see it.
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
   * The name of a session's workflow. The name never changes, so a remembered session costs no statement.
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
