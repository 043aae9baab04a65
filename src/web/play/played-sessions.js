// @ts-check
/**
 * The played session and its child sessions: opened, followed while the page is visible, and closed together. Each has the views of its
 * invited parties, and the tasks that backends do for it.
 */

/**
 * @typedef {import('./recorded-run.js').Workflow} Workflow
 * @typedef {import('../../client/api.js').Session<any>} Session
 * @typedef {import('../../client/api.js').HistoryEntry & { begun: number }} Happened `begun` is the number of steps begun when the page read
 *   the entry
 * @typedef {{ workflow: Workflow, depth: number, session: Session, history: Happened[], parties: Map<string, Session>,
 *   tasks: import('./sandbox.js').BackendTask[] }} Member `parties` has the session as each invited party sees it
 */

export class PlayedSessions {
  /** @type {Member[]} the parent session, then its child sessions in the order of their start */
  members = [];
  /** True after the service has refused to follow the session, because it does not know it any more. */
  isLost = false;
  /** @type {AbortController | null} null while the page is hidden */
  #following = new AbortController();

  /**
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: import('./sandbox.js').Sandbox,
   *   happened: () => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
  }

  /** The parent session; null before it starts. */
  get root() {
    return this.members[0] ?? null;
  }

  /** The session whose screen the person sees: the pending child session, or else the parent. */
  get focus() {
    return this.memberAt(1) ?? this.root;
  }

  /** @param {number} depth */
  memberAt(depth) {
    if (depth === 0) return this.root;
    const child = this.root?.session.current.child;
    return this.members.find(({ session }) => session.id === child?.id) ?? null;
  }

  /**
   * @param {Workflow} workflow
   * @param {Session} session
   */
  async begin(workflow, session) {
    this.#join({ workflow, depth: 0, session, history: [], parties: new Map(), tasks: [] });
    await this.meetChild();
  }

  async meetChild() {
    const child = this.root?.session.current.child ?? null;
    const workflow = this.parts.workflows[child?.workflow];
    const isKnown = () => this.members.some((member) => member.session.id === child.id);
    if (workflow === undefined || isKnown()) return;
    const session = await this.parts.client.resume(child.workflow, child.id, child.sessionToken);
    // A concurrent call may have added the child already.
    if (!isKnown()) this.#join({ workflow, depth: 1, session, history: [], parties: new Map(), tasks: [] });
  }

  /** Reads the active sessions again. A session that cannot be read keeps its last state. */
  async refresh() {
    const active = this.members.filter(({ session }) => session.current.status === 'active');
    await Promise.allSettled(active.map(({ session }) => session.refresh()));
    await this.meetChild().catch(() => {});
  }

  /** Reads new history entries. @param {() => number} begun the number of steps begun so far */
  async lookBack(begun) {
    await Promise.allSettled(
      this.members.map(async ({ session, history }) => {
        const all = await session.history();
        history.push(...all.slice(history.length).map((entry) => ({ ...entry, begun: begun() })));
      }),
    );
  }

  /** Reads the views of invited parties, whose links are in the inbox, and the tasks of backends. */
  async lookAround() {
    await Promise.allSettled(this.members.flatMap((member) => [this.#meetParties(member), this.#readTasks(member)]));
  }

  /** @param {Member} member */
  async #meetParties({ workflow, session, parties }) {
    for (const party of workflow.invited) {
      const token = this.parts.sandbox.invitationOf(session.id, party);
      if (token === null || session.current.status === 'done') parties.delete(party);
      else {
        const view = await this.parts.client.resume(/** @type {any} */ (workflow.name), session.id, token).catch(() => null);
        // The link may have ended, and the next one may still be under way.
        if (view === null) parties.delete(party);
        else parties.set(party, view);
      }
    }
  }

  /** @param {Member} member */
  async #readTasks(member) {
    const { workflow, session } = member;
    if (!workflow.asksBackends) return;
    member.tasks = session.current.status === 'done' ? [] : await this.parts.sandbox.tasksOf(session.id);
  }

  /**
   * Starts or stops following. Each stream takes one of the few connections that a browser grants a host for all tabs.
   * @param {boolean} on
   */
  follow(on) {
    if (on === (this.#following !== null)) return;
    this.#following?.abort();
    this.#following = on ? new AbortController() : null;
    for (const member of this.members) void this.#hear(member);
  }

  /** @param {Member} member */
  #join(member) {
    this.members.push(member);
    void this.#hear(member);
  }

  /** @param {Member} member */
  async #hear({ session }) {
    const { signal } = this.#following ?? {};
    if (signal === undefined || session.current.status === 'done') return;
    try {
      for await (const _ of session.follow({ signal })) {
        await this.meetChild().catch(() => {});
        if (!signal.aborted) this.parts.happened();
      }
    } catch {
      // The client reconnects after transient failures. An error here means that the service does not know the session.
      if (signal.aborted) return;
      this.isLost = true;
      this.parts.happened();
    }
  }
}
