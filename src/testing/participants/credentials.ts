/** The credentials of everybody who sends the events of a session: its holder, an owner, an agent, a client's backend, and invited people. */
import { addressDetailOf, isInvited, type Party } from '../../../machines/parties.ts';
import type { Workflow } from '../../../machines/workflow.ts';
import type { Answer, Caller, CallOptions } from '../drive/requests.ts';
import { messagesTo } from '../drive/sandbox.ts';
import { until } from '../drive/settled-answer.ts';
import { agentKey, agentName } from './outside-parties.ts';
import { fail, Owner } from './owner.ts';
import { goodPassword as password } from './password.ts';

/** Sends a request of the run. */
type Call = (client: Caller, method: string, path: string, body: unknown, token?: string) => Promise<Answer>;

interface Wanted {
  readonly sessionId: string;
  readonly secondFactor: boolean;
}

export class Credentials {
  readonly #workflow: Workflow;
  readonly #clientKey: string | null;
  readonly #call: Call;
  /** The fields of all bodies of the session, the latest value of each. */
  readonly #fields = new Map<string, string>();
  readonly #owners = new Map<string, Owner>();
  /** The session's token; empty before the start, and for a session without a holder. */
  token = '';
  /** The owner of the account that the session is about. */
  account: Owner | null = null;

  /** @param clientKey the key of the client that starts the session; null without one */
  constructor(workflow: Workflow, clientKey: string | null, call: Call) {
    this.#workflow = workflow;
    this.#clientKey = clientKey;
    this.#call = call;
  }

  get owner(): Owner {
    return this.account ?? fail('There is no account');
  }

  /** Hears a body that was sent for the session: its fields are the addresses of parties. */
  remember(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    for (const [name, value] of Object.entries(body)) if (typeof value === 'string') this.#fields.set(name, value);
  }

  /** The credential of a start, which carries no session token. */
  async ofStart(client: Caller): Promise<CallOptions> {
    const { by } = this.#workflow.start;
    if (by === undefined) return this.#ofClient();
    return by === 'agent' ? agent : { token: await this.owner.logIn(this.#through(client), false) };
  }

  /** @throws Error for an invited party that got no link */
  async of(client: Caller, sender: string, wanted: Wanted): Promise<CallOptions> {
    const { start, parties = {} } = this.#workflow;
    const party = parties[sender];
    if (party !== undefined) return { token: await this.#ofParty(client, sender, party, wanted) };
    if (sender === 'client') return this.#ofClient();
    if (sender === 'agent') return agent;
    if (this.token !== '') return { token: this.token };
    if (start.by === undefined) return {};
    if (start.by === 'agent' && sender !== 'owner') return agent;
    return { token: await this.owner.logIn(this.#through(client), wanted.secondFactor) };
  }

  #ofClient(): CallOptions {
    return this.#clientKey === null ? {} : { headers: { 'x-client-key': this.#clientKey } };
  }

  async #ofParty(client: Caller, name: string, party: Party, { sessionId, secondFactor }: Wanted): Promise<string> {
    const detail = addressDetailOf(party);
    const address = this.#fields.get(detail) ?? fail(`No body of the session has a field '${detail}' with the address of '${name}'`);
    if (isInvited(party)) return this.#invitation(client, name, address, sessionId);
    const owner = this.#owners.get(address) ?? (await this.#ownerOf(client, address));
    return owner.logIn(this.#through(client), secondFactor);
  }

  /** The token in the newest link to the address. */
  async #invitation(client: Caller, name: string, address: string, sessionId: string): Promise<string> {
    let token = '';
    await until(
      () => `message to '${name}' with a link`,
      async () => {
        const own = (await messagesTo(client, address)).filter((message) => message.sessionId === sessionId);
        const tokens = own.flatMap(({ text = '' }) => /\/invitations\/\S+#(\S+)/.exec(text)?.[1] ?? []);
        token = tokens.find((each) => each.startsWith(`${name}.`)) ?? '';
        return token !== '';
      },
    );
    return token;
  }

  async #ownerOf(client: Caller, address: string): Promise<Owner> {
    const isEmail = address.includes('@');
    const email = isEmail ? address : `owner.of.${address.replace(/\D/g, '')}@example.com`;
    const owner = await Owner.make(this.#through(client), { email, phone: isEmail ? null : address, password });
    this.#owners.set(address, owner);
    return owner;
  }

  #through(client: Caller) {
    return (method: string, path: string, body: unknown, token?: string) => this.#call(client, method, path, body, token);
  }
}

const agent: CallOptions = { token: agentKey, headers: { 'x-agent': agentName } };
