/**
 * The person behind one session, with an address, an inbox and codes. Turns the finite moves of the model into real requests, by the
 * resolver of their bodies. An unknown resolver fails the run.
 */
import { type MachineEvent, type Payload, sendersOf, type Workflow } from '../../machines/workflow.ts';
import type { Arrangement } from '../../src/testing/graph/schedule.ts';
import type { ArrivedCode, ArrivedNotice } from '../../src/testing/promises/differences.ts';
import { freshNumber } from '../support/destinations.ts';
import { goodPassword as password } from '../support/password.ts';
import { type Answer, type CallOptions, type Client, type Json, otherThan } from '../support/service.ts';
import { agentKey, agentName, standIn } from './agent.ts';
import type { Call } from './call.ts';
import { ChildHolder } from './child-holder.ts';
import { DestinationGuesses } from './destination-guesses.ts';
import { LinkedAccount } from './linked-account.ts';
import { changeTo, fail, Owner } from './owner.ts';
import { bringAbout } from './preconditions.ts';
import { codesArrived, codesOf, newestCode, noticesTo } from './received.ts';
import { eventName } from './seen.ts';
import { isSettled, onceIs } from './settled-answer.ts';

export class Person {
  readonly #workflow: Workflow;
  readonly #name: string;
  /** Every address or number that the session ever had, the current one last. */
  readonly #destinations: string[] = [];
  /** The address or number under verification. */
  #next: string | null = null;
  #account: Owner | null = null;
  #path = '';
  #token = '';
  /** The newest code, once it was read. */
  #code: string | null = null;
  readonly #linkedAccount: LinkedAccount;
  readonly #children: ChildHolder;
  readonly #guesses = new DestinationGuesses();
  /** Every request, for a shell script that repeats them. */
  readonly calls: Call[] = [];

  constructor(workflow: Workflow, name: string) {
    this.#workflow = workflow;
    this.#name = name;
    this.#linkedAccount = new LinkedAccount(name);
    this.#children = new ChildHolder({
      destinations: this.#destinations,
      freshAddress: () => this.#fresh({}),
      call: (client, method, path, body, token) => this.#call(client, method, path, body, null, { token }),
    });
    if (['destination', 'newAccount'].includes(workflow.start.resolver ?? '')) this.#destinations.push(this.#fresh({}));
    if (this.#hasAccount) this.#destinations.push(this.#fresh({ line: 'mobile' }), this.#fresh({}));
  }

  async start(client: Client, opening: MachineEvent | null, key: string | null): Promise<Answer> {
    const path = `/v1/${this.#workflow.collection}`;
    if (this.#hasAccount && this.#account === null) await this.#becomesOwner(client, opening ?? {});
    const body = await this.#body(client, this.#workflow.start.resolver ?? null, opening ?? {});
    const answer = await this.#call(client, 'POST', path, body, key, await this.#as(client, 'agent', { starts: true }));
    // A session whose first event was refused exists all the same.
    const started = answer.status === 201 ? answer.body : answer.body.session;
    if (!started) throw new Error(`Starting answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.#token = answer.body.sessionToken ?? '';
    this.#path = `${path}/${started.id}`;
    return answer;
  }

  /** @returns the function that sends the event: each call sends the same request */
  async event(client: Client, type: string, payload: Payload): Promise<(client: Client, key: string | null) => Promise<Answer>> {
    const { resolver = null, secondFactor = false, ...event } = this.#workflow.events[type] ?? fail(`No event ${type}`);
    const [sender = ''] = sendersOf(event);
    const body = await this.#body(client, resolver, payload);
    if (resolver === 'providerReturned') {
      const query = await this.#linkedAccount.returnQuery(await this.#authorizationUrl(client), this.#id, String(payload['answer']));
      return (through) => this.#comeBack(through, query);
    }
    if (sender === 'provider') return (through) => this.#report(through, body);
    const credentials = await this.#as(client, sender, { secondFactor });
    return async (through, key) => {
      const answer = await this.#call(through, 'POST', `${this.#path}/${eventName(type)}`, body, key, credentials);
      return onceIs(
        (session) => isSettled(this.#workflow, session),
        answer,
        () => this.look(through),
      );
    };
  }

  /** The report of a provider, and its effect on the session. */
  async #report(client: Client, body: unknown): Promise<Answer> {
    const { status } = await this.#call(client, 'POST', '/sandbox/delivery-reports', body);
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
    return this.look(client);
  }

  async #comeBack(client: Client, query: string): Promise<Answer> {
    this.#linkedAccount.sees(await this.#call(client, 'GET', `/oauth/callback${query}`, undefined, null, {}));
    return this.look(client);
  }

  async #authorizationUrl(client: Client): Promise<string | null> {
    return (await this.look(client)).body.data.authorizationUrl;
  }

  async look(client: Client): Promise<Answer> {
    return this.#call(client, 'GET', this.#path, undefined, null, await this.#as(client, 'agent'));
  }

  async history(client: Client): Promise<Json[]> {
    return (await this.#call(client, 'GET', `${this.#path}/history`, undefined, null, await this.#as(client, 'agent'))).body.history;
  }

  /** Arranges the result of the next delivery to the address of a move. */
  async arrange(client: Client, delivery: Arrangement, payload: Payload): Promise<void> {
    if (!('channel' in delivery)) {
      await bringAbout(delivery.outcome, {
        linkedAccount: this.#linkedAccount,
        outdate: async () => this.#account?.outdate(this.#through(client)),
        makeAccount: (link) => {
          const body = link ? { email: `other.${this.#name}@example.com`, password, link } : { email: this.#destinations.at(-1), password };
          return this.#call(client, 'POST', '/sandbox/accounts', body);
        },
      });
      return;
    }
    const { channel, outcome } = delivery;
    const length = delivery.outcome === 'delay' ? { delay: `PT${delivery.delayMs / 1000}S` } : {};
    const body = { channel, outcome, to: this.#hasAccount ? this.#reached(channel) : this.#destination(payload), ...length };
    const { status } = await this.#call(client, 'POST', '/sandbox/delivery', body);
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
  }

  /** Ends the awaited child session, as its holder could. */
  async endChild(client: Client, outcome: string): Promise<void> {
    const { child } = (await this.look(client)).body;
    await this.#children.end(client, child, outcome);
    // The parent hears of it by a task of the child.
    const isTold = (session: Json) => session.status !== 'active' || session.child?.id !== child.id;
    await onceIs(isTold, await this.look(client), () => this.look(client));
  }

  /** Records the answer to an event. If the session accepted the event, the requested address is now its address. */
  heard(payload: Payload, taken: boolean): void {
    if (taken && payload['changed'] === true && this.#next !== null) this.#destinations.push(this.#next);
    this.#next = null;
  }

  /** Time passes, for all sessions of the run at once. */
  waits(ms: number): void {
    if (ms > 0) this.calls.push({ method: 'POST', path: '/sandbox/clock', body: { advance: `PT${ms / 1000}S` }, clock: true });
  }

  /** Another code may have arrived. */
  looksAgain(): void {
    this.#code = null;
  }

  /** The notices to the owner of the account, oldest first. */
  async told(client: Client, t0: number): Promise<ArrivedNotice[]> {
    return this.#hasAccount ? noticesTo(this.#destinations, client, t0) : [];
  }

  /** The number of codes that have arrived at all addresses, the one under verification included. */
  codesArrived(client: Client): Promise<number> {
    return codesArrived(this.#next === null ? this.#destinations : [...this.#destinations, this.#next], client);
  }

  /** All messages that ever arrived, oldest first. */
  inbox(client: Client, t0: number): Promise<ArrivedCode[]> {
    return codesOf(this.#id, this.#destinations, client, t0);
  }

  async #body(client: Client, resolver: string | null, payload: Payload): Promise<unknown> {
    const reached = payload['changed'] === true ? this.#destination(payload) : (this.#destinations.at(-1) ?? null);
    await this.#guesses.arrange(this.#through(client), resolver, payload, reached);
    switch (resolver) {
      case null:
      case 'newCode':
      case 'withoutPhone':
      case 'withoutLink':
      case 'providerReturned':
        return {};
      case 'destination':
        return { email: this.#destination(payload) };
      case 'phone': {
        const { channel } = payload;
        if (Object.keys(payload).length === 0) return {};
        return { phone: this.#destination(payload), channel: channel ?? 'sms' };
      }
      case 'newAccount':
        return { email: this.#destination(payload), password };
      case 'channel':
        return payload;
      case 'report':
        return { ...payload, sessionId: this.#id };
      case 'credentials':
        if (payload['locks'] === true) await this.#owner.isGuessed(this.#through(client));
        return this.#owner.credentials(payload);
      case 'linkAccount':
        return { provider: standIn };
      case 'confirmLink':
        return { value: this.#linkedAccount.value(payload['correct'] === true) };
      case 'accountChannel':
      case 'grant':
        return payload;
      case 'support':
        return { accountId: this.#owner.id, reason: 'The model suite wants to see it' };
      case 'change':
        return changeTo(this.#destinations.at(-1) ?? '', payload);
      case 'accountCode':
        return this.#codeOfAccount(client, payload);
      case 'code':
        return { code: await this.#digits(client, payload['correct'] === true) };
      default:
        throw new Error(`Nobody has told the suite how to write a body for the resolver '${resolver}'`);
    }
  }

  /** A code that counts in an account. If a test requires it, the account refuses codes or has changed before. */
  async #codeOfAccount(client: Client, { correct, trustDevice, blocked, outdated }: Payload): Promise<unknown> {
    await this.#account?.block(this.#through(client), blocked === true);
    // Only a step that compares a code notices the changed account, so the account changes only before such a step.
    if (outdated === true && /codeActive\.(?!locked)/.test((await this.look(client)).body.state))
      await this.#account?.outdate(this.#through(client));
    return { code: await this.#digits(client, correct === true), ...(trustDevice === true ? { trustDevice } : {}) };
  }

  /** True if the person owns an account with their address. */
  get #hasAccount(): boolean {
    return this.#workflow.start.resolver === 'credentials' || this.#workflow.start.by !== undefined;
  }

  get #owner(): Owner {
    return this.#account ?? fail('There is no account');
  }

  get #id(): string {
    return this.#path.slice(this.#path.lastIndexOf('/') + 1);
  }

  /** With an account and the data of a change. Each grant takes a code, and a telephone would get too few of them. */
  async #becomesOwner(client: Client, { kind, channel }: Payload): Promise<void> {
    const byEmail = this.#workflow.start.by === 'agent' || (kind !== undefined && channel === 'email');
    const phone = byEmail ? null : this.#reached('sms');
    this.#account = await Owner.make(this.#through(client), { email: this.#reached('email'), phone, password });
    if (kind === 'email' || kind === 'phone') this.#destinations.push(this.#fresh(kind === 'phone' ? { line: 'mobile' } : {}));
  }

  #through(client: Client) {
    return (method: string, path: string, body: unknown, token?: string) =>
      this.#call(client, method, path, body, null, token === undefined ? {} : { token });
  }

  /** The credential of a request. A start carries no session token. */
  async #as(client: Client, sender: string, { starts = false, secondFactor = false } = {}): Promise<CallOptions> {
    const { by } = this.#workflow.start;
    if (this.#token !== '' && !starts) return { token: this.#token };
    if (by === undefined) return {};
    if (by === 'agent' && sender !== 'owner') return { token: agentKey, headers: { 'x-agent': agentName } };
    return { token: await this.#owner.logIn(this.#through(client), secondFactor) };
  }

  /** The address of the account's owner on a channel. */
  #reached(channel: unknown): string {
    const [phone = '', email = ''] = this.#destinations;
    return channel === 'email' ? email : phone;
  }

  /** The newest code, or another one. Without any message no code is known, and any digits will do. */
  async #digits(client: Client, correct: boolean): Promise<string> {
    this.#code ??= await newestCode(this.#hasAccount ? this.#destinations : this.#destinations.slice(-1), client);
    const code = this.#code ?? '000000';
    return correct ? code : otherThan(code);
  }

  #destination(payload: Payload): string {
    if (payload['changed'] !== true) return this.#destinations.at(-1) ?? fail('There is no address yet');
    this.#next ??= this.#fresh(payload);
    return this.#next;
  }

  #fresh({ line }: Payload): string {
    return line === undefined ? `${this.#name}.${this.#destinations.length + 1}@example.com` : freshNumber(String(line));
  }

  #correctness(body: unknown): { correct?: boolean } {
    return typeof body === 'object' && body !== null && 'code' in body ? { correct: body.code === this.#code } : {};
  }

  #call(
    client: Client,
    method: string,
    path: string,
    body?: unknown,
    key: string | null = null,
    credentials: CallOptions = this.#token === '' ? {} : { token: this.#token },
  ): Promise<Answer> {
    this.calls.push({ method, path, ...(body === undefined ? {} : { body }), ...this.#correctness(body) });
    const headers = { ...credentials.headers, ...(key === null ? {} : { 'idempotency-key': key }) };
    return client.call(method, path, { ...credentials, ...(body === undefined ? {} : { body }), headers });
  }
}
