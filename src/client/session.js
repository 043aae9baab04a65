// @ts-check
/** A session with its token: reads it, sends events and follows it. */
import { followSession } from './follow.js';
import { workflowRoutes } from './generated/workflow-routes.js';
import { VerificationProblem } from './problem.js';

/** @typedef {import('./api.js').WorkflowName} WorkflowName */

/**
 * @template {WorkflowName} Name
 * @typedef {import('./api.js').Representation<Name>} Representation
 */

/**
 * @template {WorkflowName} Name
 * @typedef {{ workflow: Name, id: string, token: string, agent?: string | undefined }} Held a session with its credentials
 */

/** @typedef {import('./transport.js').Transport} Transport */

/**
 * @template {WorkflowName} Name
 * @implements {SessionInterface<Name>}
 */
export class Session {
  #transport;
  #held;
  #current;

  /**
   * @param {Transport} transport
   * @param {Held<Name>} held
   * @param {Representation<Name>} current
   */
  constructor(transport, held, current) {
    this.#transport = transport;
    this.#held = held;
    this.#current = current;
  }

  /**
   * @template {WorkflowName} Name
   * @param {Transport} transport
   * @param {Name} workflow
   * @param {import('./api.js').StartBody<Name>} body
   * @param {import('./api.js').WriteOptions & { token?: string, agent?: string }} options
   * @returns {Promise<Session<Name>>}
   */
  static async start(transport, workflow, body, { token, agent, signal, idempotencyKey }) {
    const parts = { body, token, agent, signal, idempotencyKey, starts: true, member: 'revision' };
    const { sessionToken, ...started } = await transport.request('POST', pathOf(workflow), parts);
    // An agent's session has no token of its own: agents and owners use their own credentials.
    return new Session(transport, { workflow, id: started.id, token: sessionToken ?? token, agent }, started);
  }

  /**
   * @template {WorkflowName} Name
   * @param {Transport} transport
   * @param {Held<Name>} held
   * @param {{ signal?: AbortSignal | undefined }} options
   * @returns {Promise<Session<Name>>}
   */
  static async read(transport, held, { signal }) {
    const { workflow, id, token, agent } = held;
    const found = await transport.request('GET', pathOf(workflow, id), { token, agent, signal, member: 'revision' });
    // The service takes ids in capitals and answers in lower case.
    return new Session(transport, { ...held, id: found.id }, found);
  }

  get workflow() {
    return this.#held.workflow;
  }

  get id() {
    return this.#held.id;
  }

  get token() {
    return this.#held.token;
  }

  get current() {
    return this.#current;
  }

  get deadlines() {
    const now = this.#transport.clock.now();
    const shown = new Map(Object.entries(this.#current));
    const pending = workflowRoutes[this.workflow].deadlines.flatMap((name) => {
      const time = shown.get(name);
      if (typeof time !== 'string') return [];
      const at = new Date(time);
      return [[name, { at, remainingMs: Math.max(0, at.getTime() - now) }]];
    });
    return Object.fromEntries(pending);
  }

  /**
   * @param {string} event
   * @param {unknown} [body]
   * @param {import('./api.js').WriteOptions} [options]
   * @returns {Promise<any>}
   */
  async send(event, body = {}, options = {}) {
    try {
      return this.#saw(await this.#request('POST', `/${event}`, { body, ...options, member: 'revision' }));
    } catch (error) {
      if (!(error instanceof VerificationProblem) || error.session?.id !== this.id) throw error;
      const seen = this.#saw(error.session);
      if (event !== 'cancel' && error.code === 'event-not-accepted' && this.#hasSucceeded(seen)) return seen;
      throw error;
    }
  }

  /**
   * @param {import('./api.js').WriteOptions} [options]
   * @returns {Promise<import('./api.js').Access>}
   */
  async renewAccess(options = {}) {
    const { accessToken, expiresAt } = await this.#request('POST', '/access-token', { body: {}, ...options, member: 'accessToken' });
    this.#current = { ...this.#current, accessToken };
    return { accessToken, expiresAt: new Date(expiresAt) };
  }

  /** @type {SessionInterface<Name>['refresh']} */
  async refresh({ signal } = {}) {
    return this.#saw(await this.#request('GET', '', { signal, member: 'revision' }));
  }

  /** @type {SessionInterface<Name>['history']} */
  async history({ signal } = {}) {
    return (await this.#request('GET', '/history', { signal, member: 'history' })).history;
  }

  /** @type {SessionInterface<Name>['follow']} */
  async *follow({ signal } = {}) {
    const { workflow, id, token, agent } = this.#held;
    const followed = followSession(this.#transport, pathOf(workflow, id), { token, agent, signal });
    for await (const representation of followed) yield this.#saw(representation);
  }

  /**
   * @param {WorkflowName | { signal?: AbortSignal }} [wanted]
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<any>}
   */
  async child(wanted, options = typeof wanted === 'object' ? wanted : {}) {
    const seen = await this.refresh(options);
    const child = 'child' in seen ? seen.child : null;
    if (!child || (typeof wanted === 'string' && wanted !== child.workflow)) return null;
    const { workflow, id, sessionToken } = child;
    return Session.read(this.#transport, { workflow, id, token: sessionToken }, options);
  }

  /**
   * @param {'GET' | 'POST'} method
   * @param {string} path below the session's path
   * @param {import('./transport.js').RequestOptions} parts
   */
  #request(method, path, parts) {
    const { workflow, id, token, agent } = this.#held;
    return this.#transport.request(method, pathOf(workflow, id) + path, { ...parts, token, agent });
  }

  /**
   * True if the person has reached the goal already: with a double click, in another tab, or with an answer that was lost.
   * @param {Representation<Name>} seen
   */
  #hasSucceeded({ status, outcome }) {
    const { success } = workflowRoutes[this.workflow];
    return status === 'done' && outcome !== null && outcome === success;
  }

  /**
   * Keeps the newest revision. Responses can arrive out of order.
   * @param {any} representation
   * @returns {Representation<Name>}
   */
  #saw(representation) {
    if (representation.revision >= this.#current.revision) this.#current = representation;
    return representation;
  }
}

/**
 * @param {WorkflowName} workflow
 * @param {string} [id]
 */
function pathOf(workflow, id) {
  const route = Object.hasOwn(workflowRoutes, workflow) ? workflowRoutes[workflow] : undefined;
  if (route === undefined) throw new TypeError(`There is no workflow '${workflow}'`);
  return `/v1/${route.collection}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
}

/**
 * @template {WorkflowName} Name
 * @typedef {import('./api.js').Session<Name>} SessionInterface
 */
