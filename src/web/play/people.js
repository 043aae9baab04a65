// @ts-check
/** Who a session is about: the owner of an account made for it, and the agent who asks to see one. */
import { numberOf, randomTag } from './values.js';

/** @typedef {import('./signs.js').Cast} Cast */

/** Strong enough for the service; in a sandbox it keeps nothing safe. */
const password = 'a quiet evening in Porto';

/** Who acts when an agent of the support staff does. */
const agentName = 'Sam';

export class People {
  /** @type {Cast} the account; empty until one was made */
  cast = {};

  /** @param {{ client: import('../../client/api.js').Client, sandbox: import('./sandbox.js').Sandbox }} parts */
  constructor({ client, sandbox }) {
    this.client = client;
    this.sandbox = sandbox;
  }

  /** Nobody is known any more. */
  leave() {
    this.cast = {};
  }

  /** @param {boolean} phone whether the account has a telephone */
  async makeAccount(phone) {
    const tag = randomTag();
    const account = { email: `ada.${tag}@example.com`, password, ...(phone ? { phone: numberOf(tag) } : {}) };
    const { id, deviceToken } = await this.sandbox.makeAccount(account);
    this.cast = { ...account, accountId: id, deviceToken };
  }

  /**
   * What whoever starts a session shows.
   * @param {'owner' | 'agent' | null} by
   */
  async startingAs(by) {
    if (by === 'agent') return { token: await this.sandbox.agentKey(), agent: agentName };
    return by === 'owner' ? { token: await this.#logIn() } : {};
  }

  /**
   * A session as another party of it reads it: the owner of the account shows a login, an agent a key.
   * @param {import('./family.js').Session} session
   * @param {{ sender: string, secondFactor: boolean }} event that they are to send
   * @returns {Promise<import('./family.js').Session>}
   */
  async viewOf({ workflow, id }, { sender, secondFactor }) {
    if (secondFactor) return this.client.resume(workflow, id, await this.#logInByCode());
    const { token, agent } = await this.startingAs(sender === 'agent' ? 'agent' : 'owner');
    return this.client.resume(workflow, id, token ?? '', agent === undefined ? {} : { agent });
  }

  /** The owner logs in, on the device that is trusted. */
  async #logIn() {
    const { email = '', deviceToken = '' } = this.cast;
    const login = await this.client.start('login-verification', { email, password, deviceToken });
    return login.current.accessToken ?? '';
  }

  /** Logs the owner in, and enters the code that arrives. */
  async #logInByCode() {
    const { email = '' } = this.cast;
    const login = await this.client.start('login-verification', { email, password });
    await this.sandbox.look();
    const code = this.sandbox.codeOf(login.id);
    if (code === null) throw new Error('The owner logs in by a code, and it has not arrived.');
    const { accessToken = '' } = await login.send('submit-code', { code });
    return accessToken;
  }
}
