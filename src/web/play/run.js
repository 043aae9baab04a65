// @ts-check
/** What was done in a session, one thing at a time, and how it is done again in a fresh one. */
import { timesOf } from './moments.js';
import { refusalOf } from './refusal.js';
import { channels } from './sandbox.js';
import { asksFor } from './schema.js';
import { withoutSigns, withSigns } from './signs.js';
import { Stage } from './stage.js';
import { randomTag } from './values.js';

/**
 * @typedef {import('./path.js').Step} Step
 * @typedef {import('./path.js').Path} Path
 * @typedef {import('./path.js').Reached} Reached
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {import('./sandbox.js').Sandbox} Sandbox
 * @typedef {{ name: string, title: string, description: string, collection: string, by: 'owner' | 'agent' | null, start: Schema,
 *   events: Record<string, { description: string, sender: string, secondFactor: boolean, body: Schema }>, deadlines: Record<string, string>,
 *   pictures: { svg: string | null, overview: string | null }, machine: string }} Workflow `machine` is where its states are told of
 * @typedef {Step extends infer S ? S extends Step ? Omit<S, 'at' | 'refusal'> : never : never} Wanted
 * @typedef {{ kind: 'step', step: Step, refusal: string | null } | { kind: 'handed-over', step: Step } |
 *   { kind: 'missing', event: string }} Strayed a step that ended otherwise than when it was done first; one that needs what another
 *   page hands over, once; or something that nobody did here, and that did not happen again
 */

/** Longer than whatever a task of the service may take before its end is seen. */
const settleMs = 10_000;

/** What is still not accepted then was refused when it was done first, too; and what was not sent by then is not sent. */
const acceptMs = 2000;

/** How often a path is begun again where too much was asked for. */
const mostTries = 3;

export class Run {
  /** @type {Step[]} what was done, as often as it takes to be done again */
  steps = [];
  /** @type {import('./refusal.js').Refused | null} what became of the last step, where it was refused */
  refused = null;
  /** @type {Strayed | null} where a path that was played again did not lead where it did before */
  strayed = null;
  /** While something is done, nothing else is. */
  busy = false;
  /** How many steps have been begun. */
  #begun = 0;
  /** Where the last step led to. */
  #refusedWhere = '';
  #isFollowed = true;
  /** How much later steps were taken than when they were done first: what followed from them comes as much later. */
  #lateMs = 0;
  /** @type {((nothing?: unknown) => void)[]} requests that wait for their turn */
  #idle = [];
  /** @type {Promise<void>} the look that is under way, or was last */
  #present = Promise.resolve();
  /** @type {Promise<void> | null} the one after it, once somebody waits for it */
  #next = null;

  /**
   * @param {Workflow} workflow
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: Sandbox,
   *   exchanges: import('./exchanges.js').Exchanges, changed: () => void }} parts
   */
  constructor(workflow, parts) {
    this.workflow = workflow;
    this.parts = parts;
    this.stage = this.#newStage();
  }

  /** The account that it is about. */
  get cast() {
    return this.stage.people.cast;
  }

  get family() {
    return this.stage.family;
  }

  get root() {
    return this.family.root;
  }

  get focus() {
    return this.family.focus;
  }

  get members() {
    return this.family.members;
  }

  get begunAt() {
    return this.stage.begunAt;
  }

  /** Whether it is about an account that has to be there. */
  get needsAccount() {
    return this.workflow.by !== null || asksFor(this.workflow.start, 'current-password');
  }

  /** Does a step, and remembers it. @param {Wanted} wanted */
  do(wanted) {
    return this.#alone(async () => {
      const step = /** @type {Step} */ ({ ...wanted, at: 0, refusal: null });
      const known = { ...this.stage.known(step), secrets: this.stage.secretsIn(step) };
      this.strayed = null;
      await this.#take(step, (refusal) => ('body' in step ? { ...step, body: withSigns(step.body, { ...known, refusal }) } : step));
    });
  }

  /** @param {(sandbox: Sandbox) => Promise<void>} turn of the clock */
  turnClock(turn) {
    return this.#alone(async () => {
      this.refused = null;
      this.parts.exchanges.beginStep();
      await this.#try(() => turn(this.parts.sandbox));
      await this.catchUp();
    });
  }

  /** Does again what was done in another session, with addresses of its own. @param {Path} path */
  replay({ steps, until, reached = null }) {
    return this.#alone(async () => {
      await this.#try(async () => {
        await this.#followAgain(steps);
        if (this.root === null || this.strayed !== null) return;
        await this.parts.sandbox.advanceTo(this.begunAt + until + this.#lateMs);
        if (reached !== null && !(await this.#happens(reached))) this.strayed = { kind: 'missing', event: reached.event };
      });
      await this.catchUp();
    });
  }

  /** Begins the path again where too much was asked for, once there is room. @param {readonly Step[]} steps */
  async #followAgain(steps) {
    const { sandbox } = this.parts;
    for (let tries = 0; tries < mostTries; tries += 1) {
      await this.#leave(channels);
      this.strayed = await this.#follow(steps, randomTag());
      const isLimited = this.strayed?.kind === 'step' && this.strayed.refusal === 'rate-limited';
      const waitMs = isLimited ? Date.parse(this.refused?.retryAt ?? '') - sandbox.now() : Number.NaN;
      if (Number.isNaN(waitMs)) break;
      await sandbox.advance(Math.max(0, waitMs));
    }
  }

  /** Leaves the session as it is; nobody follows it any more. */
  clear() {
    return this.#alone(() => this.#try(() => this.#leave()));
  }

  /** Resolves when no request is under way. */
  async idle() {
    while (this.busy) await new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Hears what happens, or no more. @param {boolean} isFollowed */
  follow(isFollowed) {
    this.#isFollowed = isFollowed;
    this.family.follow(isFollowed);
  }

  /** Learns what happened while nobody heard. */
  async catchUp() {
    await this.family.refresh();
    await this.look();
  }

  /**
   * Reads what only the service knows: its time, the messages, what happened. Those who ask during a look share the one after it.
   */
  async look() {
    this.#next ??= this.#present.then(() => {
      this.#next = null;
      this.#present = this.#lookNow();
      return this.#present;
    });
    return this.#next;
  }

  async #lookNow() {
    const { sandbox, changed } = this.parts;
    // What can't be read stays as it was: that the service does not answer is told elsewhere.
    await Promise.allSettled([sandbox.look(), this.family.lookBack(() => this.#begun)]);
    changed();
  }

  /** @param {() => Promise<void>} work is not done where something else is */
  async #alone(work) {
    if (this.busy) return;
    this.busy = true;
    this.parts.changed();
    try {
      await work();
    } finally {
      this.busy = false;
      for (const wake of this.#idle.splice(0)) wake();
      this.parts.changed();
    }
  }

  /**
   * @param {() => Promise<void>} work
   * @param {number} [depth] of the session that it is about
   */
  async #try(work, depth) {
    try {
      await work();
    } catch (error) {
      this.refused = refusalOf(error, { depth: depth ?? null, now: this.parts.sandbox.now() });
    }
  }

  /**
   * @param {Step} step
   * @param {(refusal: string | null) => Step} kept how it is remembered
   */
  async #take(step, kept) {
    const depth = 'depth' in step ? step.depth : 0;
    this.refused = null;
    this.parts.exchanges.beginStep();
    this.#begun = this.steps.length + 1;
    this.parts.changed();
    const member = this.family.memberAt(depth);
    const before = member?.history.length ?? 0;
    const begunMs = this.#elapsedMs();
    await this.#try(() => this.stage.perform(step), depth);
    await this.catchUp();
    const { code = null, isAnswer = true } = this.refused ?? {};
    // A start that left no session, or a request that was never decided, is nothing that could be done again.
    const isDone = code === null || (isAnswer && (step.do === 'send' || (step.do === 'start' && this.root !== null)));
    if (isDone) {
      const since = member?.history.slice(before) ?? [];
      const entry = since.findLast(({ event, refusal }) => step.do === 'send' && event === step.type && refusal === code);
      const at = entry === undefined ? begunMs : Date.parse(entry.at) - this.begunAt;
      this.steps.push({ ...kept(code), at, refusal: code });
    }
    this.#begun = this.steps.length;
    this.#refusedWhere = this.#where();
  }

  /** Nothing that was arranged is to meet the session after it. @param {readonly string[]} others that somebody else may have arranged for */
  async #leave(others = []) {
    const own = this.steps.flatMap((step) => (step.do === 'deliveries' ? [step.channel] : []));
    for (const channel of new Set([...own, ...others])) await this.parts.sandbox.arrange(channel, 'succeed');
    this.family.follow(false);
    this.stage = this.#newStage();
    this.parts.exchanges.beginStep();
    Object.assign(this, { steps: [], refused: null, strayed: null });
    this.#begun = 0;
    this.#lateMs = 0;
  }

  #newStage() {
    const { client, workflows, sandbox } = this.parts;
    /** @type {Stage} */
    const stage = new Stage(this.workflow, { client, workflows, sandbox, happened: () => stage === this.stage && this.#happened() });
    stage.family.follow(this.#isFollowed);
    return stage;
  }

  #happened() {
    // What was refused is told until there is another screen.
    if (!this.busy && this.#where() !== this.#refusedWhere) this.refused = null;
    void this.look();
  }

  /** Since the session began, in milliseconds by the service's clock; not before anything that is known to have happened. */
  #elapsedMs() {
    if (this.root === null) return 0;
    const known = [...this.members.flatMap(({ history }) => history.map(({ at }) => Date.parse(at))), this.parts.sandbox.now()];
    return Math.max(0, Math.round(Math.max(...known) - this.begunAt), ...this.steps.map(({ at }) => at));
  }

  /** The states of all its sessions. */
  #where() {
    return this.members.map(({ session }) => session.current.state).join(' ');
  }

  /**
   * @param {readonly Step[]} steps
   * @param {string} tag tells its addresses from those of the session before
   * @returns {Promise<Strayed | null>}
   */
  async #follow(steps, tag) {
    for (const step of steps) {
      if (this.root !== null) await this.parts.sandbox.advanceTo(this.begunAt + step.at + this.#lateMs);
      if (this.stage.isHandedOver(step)) return { kind: 'handed-over', step };
      await this.#ready(step);
      const known = { ...this.stage.known(step), tag };
      await this.#take('body' in step ? { ...step, body: withoutSigns(step.body, known) } : step, () => step);
      const refusal = this.refused?.code ?? null;
      if (refusal !== step.refusal) return { kind: 'step', step, refusal };
      this.#lateMs = Math.max(this.#lateMs, (this.steps.at(-1)?.at ?? 0) - step.at);
    }
    return null;
  }

  /** Whether a moment is reached: what follows by itself may take a little longer than when it happened first. @param {Reached} reached */
  async #happens({ depth, event, state, times }) {
    const begun = performance.now();
    for (;;) {
      await this.catchUp();
      const history = this.members.filter((member) => member.depth === depth).flatMap((member) => member.history);
      if (timesOf({ event, to: state }, history) >= times) return true;
      if (performance.now() - begun > acceptMs) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until a step can be taken: what one session leads to in another takes a moment. @param {Step} step */
  async #ready(step) {
    const begun = performance.now();
    for (;;) {
      const ready = this.stage.readyFor(step);
      const waited = performance.now() - begun;
      if (ready === 'yes' || waited > settleMs || (ready === 'perhaps' && waited > acceptMs)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
      await this.catchUp();
    }
  }
}
