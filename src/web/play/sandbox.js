// @ts-check
/** The sandbox: its clock, its inbox, the outcome of deliveries, the tasks of backends, test accounts, and the keys of an agent and a client. */

/**
 * @typedef {{ id: string, sessionId: string, channel: string, to: string, subject: string | null, text: string, code: string | null,
 *   sentAt: string }} Message
 * @typedef {{ number: number, task: string, setting: string, outcomes: string[] }} BackendTask a task that waits for a backend
 */

export const channels = ['email', 'sms', 'voice'];

export class Sandbox {
  /** @type {Message[]} the newest first */
  messages = [];
  /** True while the service's clock is frozen. */
  isFrozen = false;
  /** How far the service's clock is ahead of the browser's, in milliseconds. */
  #aheadMs = 0;
  #frozenAt = 0;

  /** @param {(path: `/${string}`, init?: RequestInit) => Promise<Response>} fetching of a path of the service */
  constructor(fetching) {
    this.fetch = fetching;
  }

  /** The service's time, in milliseconds since the epoch. */
  now() {
    return this.isFrozen ? this.#frozenAt : Date.now() + this.#aheadMs;
  }

  /** Reads the clock and the inbox. */
  async look() {
    const [clock, inbox] = await Promise.all([this.#get('/sandbox/clock'), this.#get('/sandbox/messages')]);
    this.#takeTime(clock);
    this.messages = inbox.messages;
  }

  /** @param {number} ms */
  async advance(ms) {
    this.#takeTime(await this.#post('/sandbox/clock', { advance: `PT${ms / 1000}S` }));
  }

  /** Moves the clock forward to a time. A time in the past changes nothing. @param {number} time in milliseconds since the epoch */
  async advanceTo(time) {
    this.#takeTime(await this.#get('/sandbox/clock'));
    if (time <= this.now()) return;
    try {
      this.#takeTime(await this.#post('/sandbox/clock', { set: new Date(time).toISOString() }));
    } catch (error) {
      // The clock passed this time between the two requests.
      if (/** @type {{ code?: string }} */ (error).code !== 'invalid-request') throw error;
    }
  }

  /** Resumes a frozen clock. */
  async letRun() {
    this.#takeTime(await this.#post('/sandbox/clock', { freeze: false }));
  }

  /**
   * @param {string} channel
   * @param {string} outcome `fail`, `delay` or `succeed`
   */
  async arrange(channel, outcome) {
    await this.#post('/sandbox/delivery', { channel, outcome, times: 1 });
  }

  /**
   * @param {string} sessionId
   * @param {string} failure
   */
  async report(sessionId, failure) {
    await this.#post('/sandbox/delivery-reports', { sessionId, failure });
  }

  /**
   * Creates an account with a trusted device, on which a login needs no code.
   * @param {{ email: string, password: string, phone?: string }} account
   * @returns {Promise<{ id: string, deviceToken: string }>}
   */
  async makeAccount(account) {
    return this.#post('/sandbox/accounts', { ...account, trustedDevice: true });
  }

  /** The key of an agent. */
  async agentKey() {
    return /** @type {string} */ ((await this.#get('/sandbox/agent')).key);
  }

  /** The key of a client. */
  async clientKey() {
    return /** @type {string} */ ((await this.#get('/sandbox/client')).key);
  }

  /** @param {string} sessionId @returns {Promise<BackendTask[]>} */
  async tasksOf(sessionId) {
    return (await this.#get(`/sandbox/tasks/${sessionId}`)).tasks;
  }

  /**
   * Answers for a backend.
   * @param {string} sessionId
   * @param {BackendTask} task
   * @param {string | null} outcome null for a failure for good
   */
  async endTask(sessionId, { number }, outcome) {
    await this.#post(`/sandbox/tasks/${sessionId}/${number}`, outcome === null ? { failed: 'played' } : { outcome });
  }

  /**
   * The token of an invited party, from the newest message with its link; null if there is none.
   * @param {string} sessionId
   * @param {string} party
   */
  invitationOf(sessionId, party) {
    for (const { text } of this.messages) {
      const [, session, token] = /\/invitations\/[^/\s]+\/([^#\s]+)#(\S+)/.exec(text) ?? [];
      if (session === sessionId && token?.startsWith(`${party}.`)) return token;
    }
    return null;
  }

  /** The newest code that a session sent; null if there is none. @param {string} sessionId */
  codeOf(sessionId) {
    return this.messages.find((message) => message.sessionId === sessionId && message.code !== null)?.code ?? null;
  }

  /** @param {{ now: string, frozen: boolean }} clock */
  #takeTime({ now, frozen }) {
    this.isFrozen = frozen;
    this.#frozenAt = Date.parse(now);
    this.#aheadMs = this.#frozenAt - Date.now();
  }

  /** @param {`/${string}`} path */
  async #get(path) {
    return answerOf(await this.fetch(path));
  }

  /**
   * @param {`/${string}`} path
   * @param {unknown} body
   */
  async #post(path, body) {
    const headers = { 'content-type': 'application/json' };
    return answerOf(await this.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }
}

/** @param {Response} response @returns {Promise<any>} */
async function answerOf(response) {
  const answer = /** @type {any} */ (await response.json().catch(() => ({})));
  if (response.ok) return answer;
  throw Object.assign(new Error(`The sandbox answered ${response.status}.`), { code: answer.code, problem: answer.code ? answer : null });
}
