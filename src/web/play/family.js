// @ts-check
/** A session that is played and those that it waited for: held, followed as long as somebody looks, and left together. */

/**
 * @typedef {import('./run.js').Workflow} Workflow
 * @typedef {import('../../client/api.js').Session<any>} Session
 * @typedef {import('../../client/api.js').HistoryEntry & { begun: number }} Happened `begun` is how many steps had been when it was seen
 * @typedef {{ workflow: Workflow, depth: number, session: Session, history: Happened[] }} Member
 */

export class Family {
  /** @type {Member[]} the session, then those that it waited for, in their order */
  members = [];
  /** Whether the service does not know it any more. */
  isLost = false;
  /** @type {AbortController | null} null while nobody looks */
  #following = new AbortController();

  /** @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, happened: () => void }} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** The session; null before it is started. */
  get root() {
    return this.members[0] ?? null;
  }

  /** The session that the person is asked by: the one that is waited for, if there is one. */
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
    this.#join({ workflow, depth: 0, session, history: [] });
    await this.meetChild();
  }

  async meetChild() {
    const child = this.root?.session.current.child ?? null;
    const workflow = this.parts.workflows[child?.workflow];
    const isKnown = () => this.members.some((member) => member.session.id === child.id);
    if (workflow === undefined || isKnown()) return;
    const session = await this.parts.client.resume(child.workflow, child.id, child.sessionToken);
    // Another look at the parent may have met it meanwhile.
    if (!isKnown()) this.#join({ workflow, depth: 1, session, history: [] });
  }

  /** Reads anew what has not ended. What can't be read stays as it was. */
  async refresh() {
    const active = this.members.filter(({ session }) => session.current.status === 'active');
    await Promise.allSettled(active.map(({ session }) => session.refresh()));
    await this.meetChild().catch(() => {});
  }

  /** Reads what has happened since. @param {() => number} begun how many steps have been begun */
  async lookBack(begun) {
    await Promise.allSettled(
      this.members.map(async ({ session, history }) => {
        const all = await session.history();
        history.push(...all.slice(history.length).map((entry) => ({ ...entry, begun: begun() })));
      }),
    );
  }

  /** Hears what happens, or no more: each stream keeps one of the few connections that a browser has for all its tabs. @param {boolean} on */
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
      // The client comes again after whatever passes: a service that says no does not know the session.
      if (signal.aborted) return;
      this.isLost = true;
      this.parts.happened();
    }
  }
}
