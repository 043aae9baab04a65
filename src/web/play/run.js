// @ts-check
/** A session that is played: itself and those that it waits for, what was done in it, and how it is done again. */
import { withoutSigns, withSigns } from './path.js';
import { People } from './people.js';
import { asksFor } from './schema.js';
import { randomTag } from './values.js';

/**
 * @typedef {import('./path.js').Step} Step
 * @typedef {import('./path.js').Path} Path
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ name: string, title: string, description: string, collection: string, by: 'owner' | 'agent' | null, start: Schema,
 *   events: Record<string, { description: string, sender: string, body: Schema }>, deadlines: Record<string, string>,
 *   pictures: { svg: string | null, overview: string | null }, machine: string }} Workflow `machine` is where its states are told of
 * @typedef {import('../../client/api.js').HistoryEntry} HistoryEntry
 * @typedef {import('../../client/api.js').Session<any>} Session
 * @typedef {{ workflow: Workflow, depth: number, session: Session, history: readonly HistoryEntry[], stop: AbortController }} Member
 * @typedef {{ code: string, title: string, detail: string, errors: Record<string, string>, step: Step, retryAfterMs: number | null }} Refused
 */

/** Longer than whatever a task of the service may take before its end is seen. */
const settleMs = 10_000;

/** What is still not accepted then was refused when it was done first, too. */
const acceptMs = 1000;

export class Run {
  /** @type {Member[]} the session, then those that it waited for, in their order */
  members = [];
  /** @type {Step[]} what was done, as often as it takes to be done again */
  steps = [];
  /** @type {Refused | null} what became of the last step, where it was refused */
  refused = null;
  /** When the session began, in milliseconds since the epoch by the service's clock. */
  begunAt = 0;
  busy = false;
  /** Tells the addresses of a session that is played again from those of the one before. */
  tag = '';

  /**
   * @param {Workflow} workflow
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: import('./sandbox.js').Sandbox,
   *   exchanges: import('./exchanges.js').Exchanges, changed: () => void }} parts
   */
  constructor(workflow, parts) {
    this.workflow = workflow;
    this.parts = parts;
    this.people = new People(parts);
  }

  /** The account that it is about. */
  get cast() {
    return this.people.cast;
  }

  /** The session; null before it is started. */
  get root() {
    return this.members[0] ?? null;
  }

  /** The session that the person is asked by: the one that is waited for, if there is one. */
  get focus() {
    return this.memberAt(1) ?? this.root;
  }

  /** Whether it is about an account that has to be there. */
  get needsAccount() {
    return this.workflow.by !== null || asksFor(this.workflow.start, 'current-password');
  }

  /** @param {number} depth */
  memberAt(depth) {
    if (depth === 0) return this.root;
    const child = this.root?.session.current.child;
    return this.members.find(({ session }) => session.id === child?.id) ?? null;
  }

  /** Since the session began, in milliseconds by the service's clock. */
  get elapsedMs() {
    return this.root === null ? 0 : this.parts.sandbox.now() - this.begunAt;
  }

  /**
   * Does a step, and remembers it.
   * @param {Step extends infer S ? S extends { at: number } ? Omit<S, 'at'> : never : never} wanted
   */
  async do(wanted) {
    const step = /** @type {Step} */ ({ ...wanted, at: Math.max(0, Math.round(this.elapsedMs)) });
    if ('body' in step) step.body = withSigns(step.body, this.#known(step));
    await this.#take(step);
  }

  /** @param {Step} step with signs in its body */
  async #take(step) {
    const { exchanges, changed } = this.parts;
    this.busy = true;
    this.refused = null;
    exchanges.beginStep();
    changed();
    const member = 'depth' in step ? this.memberAt(step.depth) : null;
    try {
      await this.#perform(step);
    } catch (error) {
      this.refused = refusalOf(error, step);
    }
    await this.look();
    step.at = this.#timeOf(step, member);
    if (step.do === 'start' || step.do === 'account' || this.root !== null) this.steps.push(step);
    this.busy = false;
    changed();
  }

  /** Does again what was done in another session, with addresses of its own. @param {Path} path */
  async replay({ steps, until }) {
    const { sandbox } = this.parts;
    for (let tries = 0; tries < 3; tries += 1) {
      this.clear();
      this.tag = randomTag();
      const limited = await this.#follow(steps);
      if (limited === null) break;
      await sandbox.advance(limited);
    }
    if (this.root !== null) await sandbox.advanceTo(this.begunAt + until);
    await this.look();
    this.parts.changed();
  }

  /** Forgets the session. It stays as it is; nobody follows it any more. */
  clear() {
    for (const { stop } of this.members) stop.abort();
    this.people.leave();
    Object.assign(this, { members: [], steps: [], refused: null, begunAt: 0, tag: '' });
  }

  /** Reads what only the service knows: its time, the messages, what happened. */
  async look() {
    await Promise.all([
      this.parts.sandbox.look(),
      ...this.members.map(async (member) => {
        member.history = (await member.session.history().catch(() => null)) ?? member.history;
      }),
    ]);
  }

  /** @param {readonly Step[]} steps @returns {Promise<number | null>} how long to wait where too much was asked for */
  async #follow(steps) {
    for (const step of steps) {
      if (this.root !== null) await this.parts.sandbox.advanceTo(this.begunAt + step.at);
      await this.#ready(step);
      await this.#take({ ...step });
      if (this.refused?.code === 'rate-limited') return this.refused.retryAfterMs;
    }
    return null;
  }

  /** Waits until whoever the step is for can hear it: what one session leads to in another takes a moment. @param {Step} step */
  async #ready(step) {
    if (!('depth' in step)) return;
    const end = performance.now() + settleMs;
    const hears = () => {
      const { status, events = [] } = this.memberAt(step.depth)?.session.current ?? {};
      const accepts = step.do !== 'send' || events.some((/** @type {{ type: string }} */ { type }) => type === step.type);
      return status === 'active' && (accepts || performance.now() > end - settleMs + acceptMs);
    };
    while (!hears() && performance.now() < end) {
      for (const { session } of this.members) if (session.current.status === 'active') await session.refresh();
      await this.#meetChild();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** @param {Step} step */
  async #perform(step) {
    const { sandbox } = this.parts;
    if (step.do === 'account') return this.people.makeAccount(step.phone);
    if (step.do === 'deliveries') return sandbox.arrange(step.channel, step.outcome);
    if (step.do === 'start') return this.#start(step);
    const member = this.memberAt(step.depth);
    if (member === null) throw new Error('There is no such session');
    if (step.do === 'report') return sandbox.report(member.session.id, step.failure);
    const { workflow, session } = member;
    const body = withoutSigns(step.body, this.#known(step));
    try {
      if (workflow.events[step.type]?.sender === 'owner') await (await this.people.ownersViewOf(session)).send(step.type, body);
      else await session.send(step.type, body);
    } finally {
      for (const { session: other } of this.members) if (other.current.status !== 'done') await other.refresh();
      await this.#meetChild();
    }
  }

  /** @param {Step & { do: 'start' }} step */
  async #start(step) {
    const { client } = this.parts;
    const { name, by } = this.workflow;
    const body = withoutSigns(step.body, this.#known(step));
    /** @type {(workflow: any, body: any, options?: any) => Promise<Session>} */
    const start = client.start.bind(client);
    try {
      await this.#begin(await start(name, body, await this.people.startingAs(by)));
    } catch (error) {
      // Refused, but there: it can be told better.
      const { session, sessionToken } = /** @type {import('../../client/api.js').VerificationProblem} */ (error);
      if (session && sessionToken) await this.#begin(await client.resume(/** @type {any} */ (name), session.id, sessionToken));
      throw error;
    }
  }

  /** What the signs of a step stand for here. @param {Step} step */
  #known(step) {
    const member = 'depth' in step ? this.memberAt(step.depth) : null;
    return { cast: this.cast, code: member === null ? null : this.parts.sandbox.codeOf(member.session.id), tag: this.tag };
  }

  /** @param {Session} session */
  async #begin(session) {
    this.begunAt = Date.parse(session.current.createdAt);
    this.#join(this.workflow, 0, session);
    await this.#meetChild();
  }

  async #meetChild() {
    const child = this.root?.session.current.child ?? null;
    const workflow = this.parts.workflows[child?.workflow];
    const isKnown = () => this.members.some((member) => member.session.id === child.id);
    if (workflow === undefined || isKnown()) return;
    const session = await this.parts.client.resume(child.workflow, child.id, child.sessionToken);
    // Another look at the parent may have met it meanwhile.
    if (!isKnown()) this.#join(workflow, 1, session);
  }

  /**
   * @param {Workflow} workflow
   * @param {number} depth
   * @param {Session} session
   */
  #join(workflow, depth, session) {
    const member = { workflow, depth, session, history: [], stop: new AbortController() };
    this.members.push(member);
    void this.#hear(member);
  }

  /** @param {Member} member */
  async #hear({ session, stop }) {
    try {
      for await (const _ of session.follow({ signal: stop.signal })) {
        await this.#meetChild();
        await this.look();
        this.parts.changed();
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  }

  /**
   * When a step happened: as the history says where it does, else now.
   * @param {Step} step
   * @param {Member | null} member what it was sent to
   */
  #timeOf(step, member) {
    if (step.do !== 'send') return step.do === 'start' ? 0 : step.at;
    const refusal = this.refused?.code ?? null;
    const entry = member?.history.findLast(({ event }) => event === step.type);
    const at = entry === undefined ? 0 : Date.parse(entry.at) - this.begunAt;
    return entry !== undefined && entry.refusal === refusal && at >= step.at - settleMs ? at : step.at;
  }
}

/**
 * @param {unknown} error
 * @param {Step} step
 * @returns {Refused}
 */
function refusalOf(error, step) {
  const {
    code = 'failed',
    message = String(error),
    problem,
    errors = [],
    retryAfterMs = null,
  } = /** @type {Partial<import('../../client/api.js').VerificationProblem>} */ (error);
  const places = Object.fromEntries(errors.map(({ path, message: text }) => [path, text]));
  return { code, title: problem?.title ?? 'That did not work', detail: problem?.detail ?? message, errors: places, step, retryAfterMs };
}
