/** Access control: decides, before any other work, if a sender may make a request. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Workflows } from '../machines/workflows.ts';
import type { Session } from '../session.ts';
import { type AccessDeps, type AccessRequest, assertAccess } from './access.ts';
import type { CachedSessions } from './cached-sessions.ts';
import { recordOf } from './repeated-requests.ts';
import type { Reply } from './turn.ts';

export interface AccessControlDeps extends AccessDeps {
  readonly workflows: Workflows;
  readonly sessions: Pick<CachedSessions, 'latest' | 'load'>;
  /** The session as of now, after its due timers. */
  readonly read: (id: string) => Promise<Reply>;
}

export class AccessControl {
  readonly #deps: AccessControlDeps;

  constructor(deps: AccessControlDeps) {
    this.#deps = deps;
  }

  /**
   * Changes nothing and fires no timers. A cached session costs no statement but may be stale. So a refusal is always based on the stored
   * session, and a permission is provisional until the session's turn decides again.
   * @returns the session's version of the workflow, whose interface validates the request
   * @throws SessionNotFound, SessionStranded, InvitationEnded, EventNotFound, SenderRefused, StoreUnavailable
   */
  async authorise(id: string, request: AccessRequest): Promise<Workflow> {
    const { sessions } = this.#deps;
    const loaded = await sessions.latest(id);
    try {
      return this.#judge(loaded.session, request);
    } catch (error) {
      if (!loaded.cached) throw error;
      return this.#judge((await sessions.load(id)).session, request);
    }
  }

  /**
   * Says if a sender without access may repeat a request that it made with one of these keys. The session's turn compares the body.
   * @param keys the fingerprints of the request's Idempotency-Key
   * @returns the session's version of the workflow; null if the sender made no such request
   * @throws SessionNotFound, SessionStranded, StoreUnavailable
   */
  async repeating(id: string, sender: AccessRequest['sender'], keys: readonly string[]): Promise<Workflow | null> {
    const { session } = await this.#deps.sessions.load(id);
    return recordOf(session, sender, keys) && this.#deps.workflows.running(session);
  }

  /**
   * The session as of now, if the sender may see it.
   * @throws SessionNotFound, SessionStranded, StoreUnavailable
   */
  async read(id: string, { workflow, sender }: Pick<AccessRequest, 'workflow' | 'sender'>): Promise<Reply> {
    const request = { workflow, sender, type: null };
    await this.authorise(id, request);
    const reply = await this.#deps.read(id);
    this.#judge(reply.session, request);
    return reply;
  }

  /**
   * The name of a session's workflow. The name never changes, so a cached session costs no statement.
   * @throws SessionNotFound, StoreUnavailable
   */
  async workflowName(id: string): Promise<string> {
    return (await this.#deps.sessions.latest(id)).session.workflow;
  }

  #judge(session: Session, request: AccessRequest): Workflow {
    const own = this.#deps.workflows.running(session);
    assertAccess(request, own, session, this.#deps);
    return own;
  }
}
