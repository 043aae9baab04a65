/** The account of a person in a run, and the changes to it from outside: by its owner, or through the sandbox. */
import type { Payload } from '../../../machines/workflow.ts';
import type { Answer } from '../drive/requests.ts';
import type { InboxMessage } from '../drive/sandbox.ts';
import { isDelivered, onceIs } from '../drive/settled-answer.ts';

/** Sends a request for the person. */
type Call = (method: string, path: string, body: unknown, token?: string) => Promise<Answer>;

interface AccountDetails {
  readonly email: string;
  /** Null without a telephone. */
  readonly phone: string | null;
  readonly password: string;
}

export class Owner {
  readonly id: string;
  readonly deviceToken: string;
  readonly #details: AccountDetails;
  #blocked = false;
  #guessed = false;

  private constructor(id: string, deviceToken: string, details: AccountDetails) {
    this.id = id;
    this.deviceToken = deviceToken;
    this.#details = details;
  }

  /** An account with a trusted device. */
  static async make(call: Call, details: AccountDetails): Promise<Owner> {
    const { email, phone, password } = details;
    const body = { email, password, trustedDevice: true, ...(phone === null ? {} : { phone }) };
    const { status, body: account } = await call('POST', '/sandbox/accounts', body);
    if (status !== 201) throw new Error(`The sandbox answered ${status}: ${JSON.stringify(account)}`);
    return new Owner(String(account.id), account.deviceToken ?? '', details);
  }

  /** The body of a login for a payload. */
  credentials({ correct, trusted, channel }: Payload): unknown {
    const { email, password } = this.#details;
    return {
      email,
      password: correct === true ? password : 'not the password',
      ...(channel === undefined ? {} : { channel }),
      ...(trusted === true ? { deviceToken: this.deviceToken } : {}),
    };
  }

  /** An access token expires, so the owner logs in again: on the trusted device, or by a code if a recent one is required. */
  async logIn(call: Call, byCode: boolean): Promise<string> {
    if (byCode) return this.#logInByCode(call);
    const { email, password } = this.#details;
    const { body } = await call('POST', '/v1/login-verifications', { email, password, deviceToken: this.deviceToken });
    return body.accessToken ?? fail(`The owner’s login came to ${JSON.stringify(body)}`);
  }

  async #logInByCode(call: Call): Promise<string> {
    const { email, phone, password } = this.#details;
    const begun = await call('POST', '/v1/login-verifications', { email, password });
    const { id, sessionToken } = begun.body;
    const address = `/v1/login-verifications/${id}`;
    // On a busy machine the answer comes before the message.
    await onceIs(isDelivered, begun, () => call('GET', address, undefined, sessionToken));
    const { body: inbox } = await call('GET', `/sandbox/messages?to=${encodeURIComponent(phone ?? email)}`, undefined);
    const messages = inbox['messages'] as readonly InboxMessage[];
    const code = messages.find(({ sessionId }) => sessionId === id)?.code;
    const { body } = await call('POST', `${address}/submit-code`, { code }, sessionToken);
    return body.accessToken ?? fail(`The owner’s login came to ${JSON.stringify(body)}`);
  }

  /** Records so many wrong passwords of strangers that one more locks the account. */
  async isGuessed(call: Call): Promise<void> {
    // Only once: a request that is sent twice is one guess, and the second would find the account locked.
    if (this.#guessed) return;
    this.#guessed = true;
    const count = 99;
    const { status } = await call('POST', `/sandbox/accounts/${this.id}/wrong-passwords`, { count });
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
  }

  /** From now on the account's codes are refused, or no longer refused. */
  async block(call: Call, blocked: boolean): Promise<void> {
    if (this.#blocked === blocked) return;
    const { status } = await call('POST', `/sandbox/accounts/${this.id}/block`, { blocked });
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
    this.#blocked = blocked;
  }

  /** Gives the account another password, which no test uses: sessions that began with the former one are outdated. */
  async outdate(call: Call): Promise<void> {
    const { status } = await call('POST', `/sandbox/accounts/${this.id}/password`, { password: 'another evening in Lisbon' });
    if (status !== 204) throw new Error(`The sandbox answered ${status}`);
  }
}

/** The body of a change. @param wanted the new address or number */
export function changeTo(wanted: string, { kind, channel }: Payload): unknown {
  const change = kind === 'password' ? { kind, password: 'a long night in Coimbra' } : { kind, [String(kind)]: wanted };
  return { change, ...(channel === 'email' ? {} : { channel }) };
}

/** Fails the run without an account. */
export function fail(message: string): never {
  throw new Error(message);
}
