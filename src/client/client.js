// @ts-check
/** The client of the service, for browsers and Node.js, without build step or dependencies. `api.d.ts` documents it. */
import { Session } from './session.js';
import { Transport } from './transport.js';

export { VerificationProblem } from './problem.js';

/** @type {typeof import('./api.js').createClient} */
export function createClient(baseUrl, options = {}) {
  return new Client(new Transport(baseUrl, options));
}

/** @implements {ClientInterface} */
class Client {
  #transport;

  /** @param {Transport} transport */
  constructor(transport) {
    this.#transport = transport;
  }

  /** @type {ClientInterface['start']} */
  start(workflow, body, ...[options = {}]) {
    return Session.start(this.#transport, workflow, body, options);
  }

  /** @type {ClientInterface['resume']} */
  resume(workflow, id, token, { agent, signal } = {}) {
    return Session.read(this.#transport, { workflow, id, token, agent }, { signal });
  }

  now() {
    return new Date(this.#transport.clock.now());
  }

  /** @type {ClientInterface['synchronise']} */
  async synchronise({ signal } = {}) {
    await this.#transport.request('HEAD', '/v1/workflows', { signal });
    return this.now();
  }
}

/** @typedef {import('./api.js').Client} ClientInterface */
