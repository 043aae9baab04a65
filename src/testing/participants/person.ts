/**
 * The person behind one session, with an address, an inbox and codes, and all other parties that send its events. Turns the finite moves of
 * a path into real requests.
 */
import type { MachineEvent, Payload, Workflow } from '../../../machines/workflow.ts';
import { publicEventName } from '../../http/sessions/representation.ts';
import type { Call } from '../drive/call.ts';
import type { Actor, Send } from '../drive/model.ts';
import type { Answer, Caller, CallOptions } from '../drive/requests.ts';
import { acceptedOf, isSettled, onceIs, sessionIn } from '../drive/settled-answer.ts';
import type { Arrangement, PlayedEnd } from '../graph/schedule.ts';
import { isFromInvited, senderOf } from '../graph/senders.ts';
import { playsTasks } from '../graph/task-control.ts';
import type { ArrivedCode, ArrivedNotice } from '../promises/differences.ts';
import { AccountState } from './account-state.ts';
import { type BodyFacts, bodyFor } from './bodies.ts';
import { ChildHolder } from './child-holder.ts';
import { Credentials } from './credentials.ts';
import { DestinationGuesses } from './destination-guesses.ts';
import { codeOfEnrolment } from './enrolments.ts';
import { LinkedAccount } from './linked-account.ts';
import { freshNumber } from './numbers.ts';
import { fail, Owner } from './owner.ts';
import { goodPassword as password } from './password.ts';
import { PersonPasskeys } from './person-passkeys.ts';
import { bringAbout } from './preconditions.ts';
import { codesArrived, codesOf, newestCode, noticesTo, otherThan } from './received.ts';
import type { Surroundings } from './surroundings.ts';

export class Person implements Actor {
  readonly #workflow: Workflow;
  readonly #name: string;
  readonly #surroundings: Surroundings;
  /** Every address or number that the session ever had, the current one last; `#next` is under verification. */
  readonly #destinations: string[] = [];
  #next: string | null = null;
  #path = '';
  /** The newest code, once it was read. */
  #code: string | null = null;
  readonly #credentials: Credentials;
  readonly #linkedAccount: LinkedAccount;
  readonly #children: ChildHolder;
  readonly #guesses = new DestinationGuesses();
  readonly #accountState = new AccountState();
  readonly #passkeys = new PersonPasskeys();
  readonly calls: Call[] = [];
  readonly #playsTasks: boolean;

  constructor(workflow: Workflow, name: string, surroundings: Surroundings) {
    this.#workflow = workflow;
    this.#name = name;
    this.#surroundings = surroundings;
    this.#playsTasks = playsTasks(workflow);
    this.#credentials = new Credentials(workflow, surroundings.clientKey, (client, ...request) => this.#through(client)(...request));
    this.#linkedAccount = new LinkedAccount(name, surroundings.provider);
    this.#children = new ChildHolder({
      destinations: this.#destinations,
      freshAddress: () => this.#fresh({}),
      call: (client, method, path, body, token) => this.#call(client, method, path, body, null, { token }),
    });
    if (['destination', 'newAccount'].includes(workflow.start.resolver ?? '')) this.#destinations.push(this.#fresh({}));
    if (this.#hasAccount) this.#destinations.push(this.#fresh({ line: 'mobile' }), this.#fresh({}));
  }

  async start(client: Caller, opening: MachineEvent | null, key: string | null): Promise<Answer> {
    const path = `/v1/${this.#workflow.collection}`;
    if (this.#hasAccount && this.#credentials.account === null) await this.#becomesOwner(client, opening ?? {});
    const { resolver = null, body: schema } = this.#workflow.start;
    const body = await this.#body(client, resolver, schema, opening ?? {});
    const answer = await this.#call(client, 'POST', path, body, key, await this.#credentials.ofStart(client));
    // A session whose first event was refused exists all the same.
    const started = (answer.status === 201 ? answer.body : answer.body.session) ?? fail(`Starting answered ${JSON.stringify(answer)}`);
    this.#credentials.token = answer.body.sessionToken ?? '';
    this.#path = `${path}/${started.id}`;
    return answer;
  }

  async event(client: Caller, type: string, payload: Payload): Promise<Send> {
    const { resolver = null, body: schema, secondFactor = false } = this.#workflow.events[type] ?? fail(`No event ${type}`);
    const sender = senderOf(this.#workflow, type, payload);
    const body = await this.#body(client, resolver, schema, payload);
    if (resolver === 'providerReturned') {
      const query = await this.#linkedAccount.returnQuery(await this.#authorizationUrl(client), this.#id, String(payload['answer']));
      return (through) => this.#comeBack(through, query);
    }
    if (sender === 'provider') return (through) => this.#report(through, body);
    return async (through, key) => {
      const send = async () => {
        const credentials = await this.#credentials.of(through, sender, { sessionId: this.#id, secondFactor });
        return this.#call(through, 'POST', `${this.#path}/${publicEventName(type)}`, body, key, credentials);
      };
      // A new invitation revokes the link before, and its message can still be under way.
      const answer = isFromInvited(this.#workflow, type, payload) ? await acceptedOf(send, sender) : await send();
      return onceIs(
        (session) => isSettled(this.#workflow, session),
        answer,
        () => this.look(through),
      );
    };
  }

  /** The report of a provider, and its effect on the session. */
  async #report(client: Caller, body: unknown): Promise<Answer> {
    const { status } = await this.#call(client, 'POST', '/sandbox/delivery-reports', body);
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
    return this.look(client);
  }

  async #comeBack(client: Caller, query: string): Promise<Answer> {
    this.#linkedAccount.sees(await this.#call(client, 'GET', `/oauth/callback${query}`, undefined, null, {}));
    return this.look(client);
  }

  async #authorizationUrl(client: Caller): Promise<string | null> {
    const { authorizationUrl = null } = sessionIn(await this.look(client)).data as { readonly authorizationUrl?: string | null };
    return authorizationUrl;
  }

  async look(client: Caller): Promise<Answer> {
    return this.#call(client, 'GET', this.#path, undefined, null, await this.#asHolder(client));
  }

  async history(client: Caller): Promise<unknown> {
    return (await this.#call(client, 'GET', `${this.#path}/history`, undefined, null, await this.#asHolder(client))).body['history'];
  }

  async arrange(client: Caller, delivery: Arrangement, payload: Payload): Promise<void> {
    if (!('channel' in delivery)) {
      if (this.#accountState.precedes(delivery.outcome, payload)) return;
      await bringAbout(delivery.outcome, {
        linkedAccount: this.#linkedAccount,
        outdate: async () => this.#credentials.account?.outdate(this.#through(client)),
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

  async endChild(client: Caller, outcome: string): Promise<void> {
    const { child } = sessionIn(await this.look(client));
    if (!child) throw new Error('The session waits for no child');
    await this.#children.end(client, child, outcome);
    // The parent hears of it by a task of the child.
    await onceIs(
      (session) => session.status !== 'active' || session.child?.id !== child.id,
      await this.look(client),
      () => this.look(client),
    );
  }

  async endTask(client: Caller, end: PlayedEnd): Promise<void> {
    const { revision } = sessionIn(await this.look(client));
    await this.#surroundings.endTask(this.#id, end);
    await onceIs(
      (session) => session.revision > revision && isSettled(this.#workflow, session),
      await this.look(client),
      () => this.look(client),
    );
  }

  /** Records the answer to an event. If the session accepted the event, the requested address is now its address. */
  heard({ changed }: Payload, taken: boolean): void {
    if (taken && changed === true && this.#next !== null) this.#destinations.push(this.#next);
    this.#next = null;
  }

  waits(ms: number): void {
    if (ms > 0) this.calls.push({ method: 'POST', path: '/sandbox/clock', body: { advance: `PT${ms / 1000}S` }, clock: true });
  }

  looksAgain(): void {
    this.#code = null;
  }

  /** The notices to the owner of the account, oldest first. */
  async told(client: Caller, t0: number): Promise<ArrivedNotice[]> {
    return this.#hasAccount ? noticesTo(this.#destinations, client, t0) : [];
  }

  /** The number of codes that have arrived at all addresses, the one under verification included. */
  codesArrived(client: Caller): Promise<number> {
    return codesArrived(this.#next === null ? this.#destinations : [...this.#destinations, this.#next], client);
  }

  /** All messages that ever arrived, oldest first. */
  inbox(client: Caller, t0: number): Promise<ArrivedCode[]> {
    return codesOf(this.#id, this.#destinations, client, t0);
  }

  async #body(client: Caller, resolver: string | null, schema: Workflow['start']['body'], payload: Payload): Promise<unknown> {
    const reached = payload['changed'] === true ? this.#destination(payload) : (this.#destinations.at(-1) ?? null);
    const call = this.#through(client);
    await this.#guesses.arrange(call, resolver, payload, reached);
    const owner = this.#credentials.account;
    const state = async () => sessionIn(await this.look(client)).state;
    if (owner !== null) await this.#accountState.arrange({ call, owner, state }, resolver, payload);
    const writer = this.#surroundings.writers[resolver ?? ''];
    const body = await bodyFor({ resolver, schema, payload, writer, name: this.#name }, this.#facts(client, payload));
    this.#credentials.remember(body);
    return body;
  }

  #facts(client: Caller, payload: Payload): BodyFacts {
    return {
      sessionId: this.#id,
      destination: () => this.#destination(payload),
      current: () => this.#destinations.at(-1) ?? '',
      accountId: () => this.#credentials.owner.id,
      credentials: async () => {
        if (payload['locks'] === true) await this.#credentials.owner.isGuessed(this.#through(client));
        return this.#credentials.owner.credentials(payload);
      },
      code: () => this.#digits(client, payload['correct'] === true),
      enrolmentCode: async () => (await codeOfEnrolment(client, await this.look(client))) ?? this.#accountState.enrolmentCode,
      linkValue: () => this.#linkedAccount.value(payload['correct'] === true),
      ...this.#passkeys.facts(payload, { call: this.#through(client), look: () => this.look(client), state: this.#accountState }),
    };
  }

  /** True if the person owns an account with their address. */
  get #hasAccount(): boolean {
    return ['credentials', 'passkeyLogin'].includes(this.#workflow.start.resolver ?? '') || this.#workflow.start.by !== undefined;
  }

  get #id(): string {
    return this.#path.slice(this.#path.lastIndexOf('/') + 1);
  }

  /** With an account and the data of a change. Each grant takes a code, and a telephone would get too few of them. */
  async #becomesOwner(client: Caller, { kind, channel }: Payload): Promise<void> {
    const byEmail = this.#workflow.start.by === 'agent' || (this.#workflow.start.by === 'owner' && channel === 'email');
    const phone = byEmail ? null : this.#reached('sms');
    this.#credentials.account = await Owner.make(this.#through(client), { email: this.#reached('email'), phone, password });
    await this.#passkeys.arrange(this.#through(client), this.#workflow, this.#credentials.owner.id, this.#name);
    if (kind === 'email' || kind === 'phone') this.#destinations.push(this.#fresh(kind === 'phone' ? { line: 'mobile' } : {}));
  }

  /** The holder, or the agent who started the session. */
  #asHolder(client: Caller): Promise<CallOptions> {
    return this.#credentials.of(client, 'holder', { sessionId: this.#id, secondFactor: false });
  }

  /** A login of the owner starts a session too, so it carries the key of the client. */
  #through(client: Caller) {
    const { clientKey } = this.#surroundings;
    const headers = clientKey === null ? {} : { headers: { 'x-client-key': clientKey } };
    return (method: string, path: string, body: unknown, token?: string) =>
      this.#call(client, method, path, body, null, token === undefined ? headers : { token });
  }

  /** The address of the account's owner on a channel. */
  #reached(channel: unknown): string {
    const [phone = '', email = ''] = this.#destinations;
    return channel === 'email' ? email : phone;
  }

  /** The newest code, or another one. Without any message no code is known, and any digits will do. */
  async #digits(client: Caller, correct: boolean): Promise<string> {
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

  #call(
    client: Caller,
    method: string,
    path: string,
    body?: unknown,
    key: string | null = null,
    credentials: CallOptions = this.#credentials.token === '' ? {} : { token: this.#credentials.token },
  ): Promise<Answer> {
    this.calls.push({ method, path, ...(body === undefined ? {} : { body }), ...correctness(body, this.#code) });
    // An answer would wait two seconds for a task that ends only later in the path.
    const asynchronous = this.#playsTasks ? { prefer: 'respond-async' } : {};
    const headers = { ...asynchronous, ...credentials.headers, ...(key === null ? {} : { 'idempotency-key': key }) };
    return client.call(method, path, { ...credentials, ...(body === undefined ? {} : { body }), headers });
  }
}

function correctness(body: unknown, code: string | null): { readonly correct?: boolean } {
  return typeof body === 'object' && body !== null && 'code' in body ? { correct: body.code === code } : {};
}
