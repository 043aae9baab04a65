// @ts-check
/** One session that is played, with the people in it: what can be done there, and what stands for what. Another session has another stage. */
import { Family } from './family.js';
import { holderOf } from './offers.js';
import { People } from './people.js';
import { needsHandOver, secretsOf } from './schema.js';
import { needsCode } from './signs.js';

/**
 * @typedef {import('./run.js').Workflow} Workflow
 * @typedef {import('./path.js').Step} Step
 * @typedef {import('./path.js').Body} Body
 * @typedef {import('./family.js').Member} Member
 * @typedef {import('./family.js').Session} Session
 */

export class Stage {
  /** When the session began, in milliseconds since the epoch by the service's clock. */
  begunAt = 0;

  /**
   * @param {Workflow} workflow
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: import('./sandbox.js').Sandbox,
   *   happened: () => void }} parts
   */
  constructor(workflow, parts) {
    this.workflow = workflow;
    this.parts = parts;
    this.people = new People(parts);
    this.family = new Family(parts);
  }

  /** @param {Step} step with what it says, in the place of signs */
  async perform(step) {
    const { sandbox } = this.parts;
    if (step.do === 'account') return this.people.makeAccount(step.phone);
    if (step.do === 'deliveries') return sandbox.arrange(step.channel, step.outcome);
    if (step.do === 'start') return this.#start(step.body);
    const member = this.family.memberAt(step.depth);
    if (member === null) throw new Error('There is no such session.');
    if (step.do === 'report') return sandbox.report(member.session.id, step.failure);
    const event = member.workflow.events[step.type];
    const session = event && this.#isOthers(member, step.type) ? await this.people.viewOf(member.session, event) : member.session;
    await session.send(step.type, step.body);
  }

  /** What signs stand for here. @param {Step} step */
  known(step) {
    const member = 'depth' in step ? this.family.memberAt(step.depth) : null;
    return { cast: this.people.cast, code: member === null ? null : this.parts.sandbox.codeOf(member.session.id) };
  }

  /** What is nobody else's to know of what a step says. @param {Step} step */
  secretsIn(step) {
    if (step.do === 'start') return secretsOf(this.workflow.start);
    return secretsOf(step.do === 'send' ? (this.family.memberAt(step.depth)?.workflow.events[step.type]?.body ?? {}) : {});
  }

  /**
   * Whether whoever a step is for can hear it, and the code that it may be about has arrived.
   * @param {Step} step
   * @returns {'no' | 'perhaps' | 'yes'} perhaps: it would be refused, as it may have been when it was done first
   */
  readyFor(step) {
    if (!('depth' in step)) return 'yes';
    const member = this.family.memberAt(step.depth);
    const { id, current } = member?.session ?? {};
    if (member === null || current?.status !== 'active') return 'no';
    if (step.do !== 'send' || this.#isOthers(member, step.type)) return 'yes';
    const accepts = current.events.some((/** @type {{ type: string }} */ { type }) => type === step.type);
    // What was refused when it was done first need not be accepted now.
    const isHeard = accepts || (step.refusal !== null && step.refusal !== 'wrong-code');
    return isHeard && !(needsCode(step.body) && this.parts.sandbox.codeOf(String(id)) === null) ? 'yes' : 'perhaps';
  }

  /** Whether a step says what only another page hands over, and hands over once: it can't be said again. @param {Step} step */
  isHandedOver(step) {
    if (step.do !== 'send') return false;
    return needsHandOver(this.family.memberAt(step.depth)?.workflow.events[step.type]?.body ?? {});
  }

  /** Whether an event belongs to another sender than the reader of the session. @param {Member} member @param {string} type */
  #isOthers({ workflow }, type) {
    return workflow.events[type]?.sender !== holderOf(workflow);
  }

  /** @param {Body} body */
  async #start(body) {
    const { client } = this.parts;
    const { name, by } = this.workflow;
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

  /** @param {Session} session */
  async #begin(session) {
    this.begunAt = Date.parse(session.current.createdAt);
    await this.family.begin(this.workflow, session);
  }
}
