// @ts-check
/**
 * One played session with its account and its child sessions: performs steps, and resolves placeholders. Each new session gets a new
 * stage.
 */

import { senderOf } from './offers.js';
import { People } from './people.js';
import { hasDeviceAnswer, needsCode } from './placeholders.js';
import { PlayedSessions } from './played-sessions.js';
import { needsHandOver, secretsOf } from './schema.js';

/**
 * @typedef {import('./recorded-run.js').Workflow} Workflow
 * @typedef {import('./path.js').Step} Step
 * @typedef {import('./path.js').Body} Body
 * @typedef {import('./played-sessions.js').Member} Member
 * @typedef {import('./played-sessions.js').Session} Session
 */

export class Stage {
  /** When the session began, in milliseconds since the epoch by the service's clock. */
  begunAt = 0;

  /**
   * @param {Workflow} workflow
   * @param {{ client: import('../../client/api.js').Client, workflows: Record<string, Workflow>, sandbox: import('./sandbox.js').Sandbox,
   *   makePasskey: import('./people.js').MakePasskey, happened: () => void }} parts
   */
  constructor(workflow, parts) {
    this.workflow = workflow;
    this.parts = parts;
    this.people = new People(parts);
    this.sessions = new PlayedSessions(parts);
  }

  /** @param {Step} step with values in place of its placeholders */
  async perform(step) {
    const { sandbox } = this.parts;
    if (step.do === 'account') return this.people.makeAccount(step);
    if (step.do === 'deliveries') return sandbox.arrange(step.channel, step.outcome);
    if (step.do === 'start') return this.#start(step.body);
    const member = this.sessions.memberAt(step.depth);
    if (member === null) throw new Error('There is no such session.');
    if (step.do === 'report') return sandbox.report(member.session.id, step.failure);
    if (step.do === 'answer') {
      const task = member.tasks.find((each) => each.task === step.task);
      if (task === undefined) throw new Error(`The task ${step.task} waits for no answer.`);
      return sandbox.endTask(member.session.id, task, step.outcome);
    }
    const session = await this.people.viewOf(
      member,
      senderOf(member.workflow, step),
      member.workflow.events[step.type]?.secondFactor ?? false,
    );
    await session.send(step.type, step.body);
  }

  /** The values that placeholders stand for in this session. @param {Step} step */
  known(step) {
    const member = 'depth' in step ? this.sessions.memberAt(step.depth) : null;
    return { cast: this.people.cast, code: member === null ? null : this.parts.sandbox.codeOf(member.session.id) };
  }

  /** The secret fields in the body of a step. @param {Step} step */
  secretsIn(step) {
    if (step.do === 'start') return secretsOf(this.workflow.start);
    return secretsOf(step.do === 'send' ? (this.sessions.memberAt(step.depth)?.workflow.events[step.type]?.body ?? {}) : {});
  }

  /**
   * Says if the service would accept a step now. For this, the session must be active and accept the event, and the code that the step needs
   * must have arrived.
   * @param {Step} step
   * @returns {'no' | 'perhaps' | 'yes'} "perhaps" if the service would refuse the step now. The recording may contain that refusal
   */
  readyFor(step) {
    if (!('depth' in step)) return 'yes';
    const member = this.sessions.memberAt(step.depth);
    const { id, current } = member?.session ?? {};
    if (member === null || current?.status !== 'active') return 'no';
    if (step.do === 'answer') return member.tasks.some(({ task }) => task === step.task) ? 'yes' : 'no';
    if (step.do !== 'send') return 'yes';
    const sender = senderOf(member.workflow, step);
    if (sender === 'owner' || (sender === 'agent' && member.workflow.by !== 'agent')) return 'yes';
    const seen = member.workflow.invited.includes(sender) ? member.parties.get(sender)?.current : current;
    if (seen === undefined) return 'no';
    const accepts = seen.events.some((/** @type {{ type: string }} */ { type }) => type === step.type);
    // A step that was refused in the recording need not be accepted now.
    const isHeard = accepts || (step.refusal !== null && step.refusal !== 'wrong-code');
    return isHeard && !(needsCode(step.body) && this.parts.sandbox.codeOf(String(id)) === null) ? 'yes' : 'perhaps';
  }

  /**
   * True if a step needs a value that another page hands over, or the answer of a device. The value is valid once, so the step cannot be
   * replayed.
   * @param {Step} step
   */
  isHandedOver(step) {
    if (step.do !== 'send') return false;
    return hasDeviceAnswer(step.body) || needsHandOver(this.sessions.memberAt(step.depth)?.workflow.events[step.type]?.body ?? {});
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
      // A refused start may still create a session. Its screen explains the refusal better.
      const { session, sessionToken } = /** @type {import('../../client/api.js').VerificationProblem} */ (error);
      if (session && sessionToken) await this.#begin(await client.resume(/** @type {any} */ (name), session.id, sessionToken));
      throw error;
    }
  }

  /** @param {Session} session */
  async #begin(session) {
    this.begunAt = Date.parse(session.current.createdAt);
    await this.sessions.begin(this.workflow, session);
  }
}
