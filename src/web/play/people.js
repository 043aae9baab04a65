// @ts-check
/** The people around a session: the owner of the test account, and the support agent. */
import { numberOf, randomTag } from './values.js';

/** @typedef {import('./placeholders.js').Cast} Cast */

/** @typedef {(options: unknown) => Promise<Record<string, unknown>>} MakePasskey makes a passkey of the browser, for the event that keeps it */

/** Strong enough for the service. The account is a test account, so this is no secret. */
const password = 'a quiet evening in Porto';

/** The name under which the page acts as a support agent. */
const agentName = 'Sam';

export class People {
  /** @type {Cast} the test account; empty until it is created */
  cast = {};

  /** @param {{ client: import('../../client/api.js').Client, sandbox: import('./sandbox.js').Sandbox, makePasskey: MakePasskey }} parts */
  constructor({ client, sandbox, makePasskey }) {
    this.client = client;
    this.sandbox = sandbox;
    this.makePasskey = makePasskey;
  }

  leave() {
    this.cast = {};
  }

  /**
   * @param {{ phone: boolean, passkey?: boolean }} wanted `phone` is true if the account has a telephone, `passkey` if it has a passkey of
   *   this browser
   */
  async makeAccount({ phone, passkey = false }) {
    const tag = randomTag();
    const account = { email: `ada.${tag}@example.com`, password, ...(phone ? { phone: numberOf(tag) } : {}) };
    const { id, deviceToken } = await this.sandbox.makeAccount(account);
    this.cast = { ...account, accountId: id, deviceToken };
    if (!passkey) return;
    try {
      await this.#addPasskey();
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /**
   * The credentials with which a session starts.
   * @param {'owner' | 'agent' | null} by
   */
  async startingAs(by) {
    if (by === 'agent') return { token: await this.sandbox.agentKey(), agent: agentName };
    return by === 'owner' ? { token: await this.#logIn() } : {};
  }

  /**
   * The session as the sender of an event opens it: the owner of the account with a login, an agent with a key, an invited party with its
   * link. The key of a client comes with every request of the page.
   * @param {import('./played-sessions.js').Member} member
   * @param {string} sender
   * @param {boolean} secondFactor true if the event needs one
   * @returns {Promise<import('./played-sessions.js').Session>}
   */
  async viewOf({ workflow: { invited, by }, session, parties }, sender, secondFactor) {
    const { workflow, id } = session;
    if (invited.includes(sender)) {
      const view = parties.get(sender);
      if (view === undefined) throw new Error(`The ${sender} has no invitation.`);
      return view;
    }
    if (sender === (by === 'agent' ? 'agent' : 'holder') || sender === 'client') return session;
    if (secondFactor) return this.client.resume(workflow, id, await this.#logInByCode());
    const { token, agent } = await this.startingAs(sender === 'agent' ? 'agent' : 'owner');
    return this.client.resume(workflow, id, token ?? '', agent === undefined ? {} : { agent });
  }

  /** Registers a passkey, as the owner of the account would. */
  async #addPasskey() {
    const session = await this.client.start('passkey-registration', { name: 'This browser' }, { token: await this.#logIn() });
    await session.send('submit-code', { code: await this.#codeOf(session.id) });
    await session.send('enrol-factor', await this.makePasskey(session.current.data.enrolment));
    if (session.current.outcome !== 'enrolled') throw new Error('The browser created no passkey.');
  }

  /** @param {string} sessionId */
  async #codeOf(sessionId) {
    await this.sandbox.look();
    const code = this.sandbox.codeOf(sessionId);
    if (code === null) throw new Error('The owner needs a code, and it has not arrived.');
    return code;
  }

  /** Logs the owner in on the trusted device, without a code. */
  async #logIn() {
    const { email = '', deviceToken = '' } = this.cast;
    const login = await this.client.start('login-verification', { email, password, deviceToken });
    return login.current.accessToken ?? '';
  }

  /** Logs the owner in with a code. */
  async #logInByCode() {
    const { email = '' } = this.cast;
    const login = await this.client.start('login-verification', { email, password });
    const { accessToken = '' } = await login.send('submit-code', { code: await this.#codeOf(login.id) });
    return accessToken;
  }
}
