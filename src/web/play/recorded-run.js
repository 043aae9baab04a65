// @ts-check
/** Records the steps of a session, one at a time, and replays them in a fresh session. */
import { nameOf, timesOf } from './moments.js';
import { withPlaceholders, withValues } from './placeholders.js';
import { refusalOf } from './refusal.js';
import { channels } from './sandbox.js';
import { asksFor, isForDevice } from './schema.js';
import { Stage } from './stage.js';
import { randomTag } from './values.js';

/**
 * @typedef {import('./path.js').Step} Step
 * @typedef {import('./path.js').Path} Path
 * @typedef {import('./path.js').Reached} Reached
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {import('./sandbox.js').Sandbox} Sandbox
 * @typedef {{ name: string, title: string, description: string, collection: string, by: 'owner' | 'agent' | null, start: Schema,
 *   events: Record<string, { description: string, senders: string[], secondFactor: boolean, body: Schema }>, deadlines: Record<string, string>,
 *   invited: string[], asksBackends: boolean,
 *   pictures: { svg: string | null, overview: string | null }, machine: string }} Workflow `machine` is the path of its JSON description
 * @typedef {Step extends infer S ? S extends Step ? Omit<S, 'at' | 'refusal'> : never : never} Wanted
 * @typedef {{ kind: 'step', step: Step, refusal: string | null } | { kind: 'handed-over', step: Step } |
 *   { kind: 'missing', event: string }} Strayed why a replay stopped: a step ended with another refusal than in the recording, a step needs
 *   a value that another page hands over once, or an event of the recording that was not sent from this page did not happen again
 */

/** How long a replay waits for a step to become possible. Longer than any task of the service takes. */
const settleMs = 10_000;

/** How long a replay waits for acceptance or a code. If neither comes in this time, the recorded step was refused, or no code was sent. */
const acceptMs = 2000;

/** How many times a replay starts over after `rate-limited`. */
const mostTries = 3;

export class Run {
  /** @type {Step[]} the recorded steps */
  steps = [];
  /** @type {import('./refusal.js').Refused | null} the refusal of the last step */
  refused = null;
  /** @type {Strayed | null} why the last replay stopped early */
  strayed = null;
  /** True while an operation is under way. Only one runs at a time. */
  busy = false;
  /** The number of steps begun. */
  #begun = 0;
  /** The states of all sessions after the last step. */
  #refusedWhere = '';
  #isFollowed = true;
  /** How much later than recorded the replayed steps happened, in milliseconds. Later steps shift by the same time. */
  #lateMs = 0;
  /** @type {((nothing?: unknown) => void)[]} resolves the promises of `idle` */
  #idle = [];
  /** @type {Promise<void>} the current read, or the last one */
  #present = Promise.resolve();
  /** @type {Promise<void> | null} the read after the current one, if a caller waits for it */
  #next = null;

  /**
   * @param {Workflow} workflow
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: Sandbox,
   *   makePasskey: import('./people.js').MakePasskey,
   *   exchanges: import('./exchanges.js').Exchanges, changed: () => void }} parts
   */
  constructor(workflow, parts) {
    this.workflow = workflow;
    this.parts = parts;
    this.stage = this.#newStage();
  }

  /** The account that the session is about. */
  get cast() {
    return this.stage.people.cast;
  }

  get sessions() {
    return this.stage.sessions;
  }

  get root() {
    return this.sessions.root;
  }

  get focus() {
    return this.sessions.focus;
  }

  get members() {
    return this.sessions.members;
  }

  get begunAt() {
    return this.stage.begunAt;
  }

  /** True if the workflow needs an existing account. */
  get needsAccount() {
    return this.workflow.by !== null || asksFor(this.workflow.start, 'current-password') || this.needsPasskey;
  }

  /** True if the account needs a passkey of this browser. */
  get needsPasskey() {
    return Object.values(this.workflow.events).some(({ body }) => isForDevice(body));
  }

  /** Performs and records a step. @param {Wanted} wanted */
  do(wanted) {
    return this.#exclusively(async () => {
      const step = /** @type {Step} */ ({ ...wanted, at: 0, refusal: null });
      const known = { ...this.stage.known(step), secrets: this.stage.secretsIn(step) };
      this.strayed = null;
      await this.#take(step, (refusal) => ('body' in step ? { ...step, body: withPlaceholders(step.body, { ...known, refusal }) } : step));
    });
  }

  /** @param {(sandbox: Sandbox) => Promise<void>} turn moves the clock */
  turnClock(turn) {
    return this.#exclusively(async () => {
      this.refused = null;
      this.parts.exchanges.beginStep();
      await this.#try(() => turn(this.parts.sandbox));
      await this.catchUp();
    });
  }

  /** Replays a path in a new session, with its own addresses. @param {Path} path */
  replay({ steps, until, reached = null }) {
    return this.#exclusively(async () => {
      await this.#try(async () => {
        await this.#followAgain(steps);
        if (this.root === null || this.strayed !== null) return;
        await this.parts.sandbox.advanceTo(this.begunAt + until + this.#lateMs);
        if (reached !== null && !(await this.#happens(reached))) this.strayed = { kind: 'missing', event: reached.event };
      });
      await this.catchUp();
    });
  }

  /** Replays the steps. If the service is rate-limiting, moves the clock past the limit and starts over. @param {readonly Step[]} steps */
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

  /** Discards the session from the page. The service keeps it. */
  clear() {
    return this.#exclusively(() => this.#try(() => this.#leave()));
  }

  /** Resolves when no request is under way. */
  async idle() {
    while (this.busy) await new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Starts or stops following the sessions. @param {boolean} isFollowed */
  follow(isFollowed) {
    this.#isFollowed = isFollowed;
    this.sessions.follow(isFollowed);
  }

  /** Reads the changes that the page missed. */
  async catchUp() {
    await this.sessions.refresh();
    await this.look();
  }

  /**
   * Reads the clock, the messages and the history. Calls made during a read share the next one.
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
    // A failed read keeps the last values. `Connection` reports an unreachable service.
    await Promise.allSettled([sandbox.look(), this.sessions.lookBack(() => this.#begun)]);
    await this.sessions.lookAround();
    changed();
  }

  /** @param {() => Promise<void>} work is skipped while another operation runs */
  async #exclusively(work) {
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
   * @param {number} [depth] of the session that the work concerns
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
   * @param {(refusal: string | null) => Step} recorded the step as it is recorded
   */
  async #take(step, recorded) {
    const depth = 'depth' in step ? step.depth : 0;
    this.refused = null;
    this.parts.exchanges.beginStep();
    this.#begun = this.steps.length + 1;
    this.parts.changed();
    const member = this.sessions.memberAt(depth);
    const before = member?.history.length ?? 0;
    const begunMs = this.#elapsedMs();
    await this.#try(() => this.stage.perform(step), depth);
    await this.catchUp();
    const { code = null, isAnswer = true } = this.refused ?? {};
    // A start without a session, or a request that the service never decided, cannot be replayed.
    const isDone =
      code === null || (isAnswer && (step.do === 'send' || step.do === 'answer' || (step.do === 'start' && this.root !== null)));
    if (isDone) {
      const since = member?.history.slice(before) ?? [];
      const entry = since.findLast(({ event, refusal }) => step.do !== 'start' && event === nameOf(step) && refusal === code);
      const at = entry === undefined ? begunMs : Date.parse(entry.at) - this.begunAt;
      this.steps.push({ ...recorded(code), at, refusal: code });
    }
    this.#begun = this.steps.length;
    this.#refusedWhere = this.#where();
  }

  /**
   * Discards the session, and resets arranged deliveries so that they do not affect the next one.
   * @param {readonly string[]} others further channels to reset, in case another page arranged failures
   */
  async #leave(others = []) {
    const own = this.steps.flatMap((step) => (step.do === 'deliveries' ? [step.channel] : []));
    for (const channel of new Set([...own, ...others])) await this.parts.sandbox.arrange(channel, 'succeed');
    this.sessions.follow(false);
    this.stage = this.#newStage();
    this.parts.exchanges.beginStep();
    Object.assign(this, { steps: [], refused: null, strayed: null });
    this.#begun = 0;
    this.#lateMs = 0;
  }

  #newStage() {
    const { client, workflows, sandbox, makePasskey } = this.parts;
    /** @type {Stage} */
    const stage = new Stage(this.workflow, {
      client,
      workflows,
      sandbox,
      makePasskey,
      happened: () => stage === this.stage && this.#happened(),
    });
    stage.sessions.follow(this.#isFollowed);
    return stage;
  }

  #happened() {
    // A refusal stays on the screen until the state changes.
    if (!this.busy && this.#where() !== this.#refusedWhere) this.refused = null;
    void this.look();
  }

  /** Milliseconds since the session began, by the service's clock. Never earlier than a recorded entry or step. */
  #elapsedMs() {
    if (this.root === null) return 0;
    const known = [...this.members.flatMap(({ history }) => history.map(({ at }) => Date.parse(at))), this.parts.sandbox.now()];
    return Math.max(0, Math.round(Math.max(...known) - this.begunAt), ...this.steps.map(({ at }) => at));
  }

  /** The current states of all sessions. */
  #where() {
    return this.members.map(({ session }) => session.current.state).join(' ');
  }

  /**
   * @param {readonly Step[]} steps
   * @param {string} tag makes the addresses differ from those of the recorded session
   * @returns {Promise<Strayed | null>}
   */
  async #follow(steps, tag) {
    for (const step of steps) {
      if (this.root !== null) await this.parts.sandbox.advanceTo(this.begunAt + step.at + this.#lateMs);
      if (this.stage.isHandedOver(step)) return { kind: 'handed-over', step };
      await this.#ready(step);
      const known = { ...this.stage.known(step), tag };
      await this.#take('body' in step ? { ...step, body: withValues(step.body, known) } : step, () => step);
      const refusal = this.refused?.code ?? null;
      if (refusal !== step.refusal) return { kind: 'step', step, refusal };
      this.#lateMs = Math.max(this.#lateMs, (this.steps.at(-1)?.at ?? 0) - step.at);
    }
    return null;
  }

  /**
   * Waits for a history entry, because automatic transitions can take longer than in the recording.
   * @param {Reached} reached
   * @returns true if it appeared in time
   */
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

  /** Waits until the service would accept a step. Effects of one session on another take a moment. @param {Step} step */
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
