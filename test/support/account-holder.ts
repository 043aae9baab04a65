/** A person with an account in the sandbox, who logs in to it. */
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword } from '../../src/testing/participants/password.ts';
import type { Client, Json, TestSession } from './service.ts';

/** A completed login. */
export interface LoggedIn {
  readonly session: TestSession;
  /** The answer that completed it. */
  readonly done: Json;
  /** The access token. */
  readonly token: string;
}

let people = 0;

const linkOf = (subject: string) => ({ provider: 'acme', issuer: 'https://login.acme.example', subject });

export class AccountHolder {
  readonly id: string;
  readonly email: string;
  /** Null where the account has none. */
  readonly phone: string | null;
  readonly password = goodPassword;
  readonly #client: Client;
  readonly #deviceToken: string;

  private constructor(client: Client, { id, email, phone, deviceToken }: Json) {
    this.#client = client;
    this.id = id;
    this.email = email;
    this.phone = phone;
    this.#deviceToken = deviceToken;
  }

  /** An account with a trusted device and a linked account elsewhere. */
  static async make(client: Client, phone: string | null = freshNumber('mobile')): Promise<AccountHolder> {
    people += 1;
    const email = `holder-${people}@example.com`;
    const details = {
      email,
      password: goodPassword,
      trustedDevice: true,
      link: linkOf(email),
      ...(phone === null ? {} : { phone }),
    };
    const { body } = await client.post('/sandbox/accounts', details);
    return new AccountHolder(client, { ...body, email, phone });
  }

  /** Logs in by a code, over the telephone if the account has one, also if the account has another factor. */
  async login({ channel = this.phone === null ? 'email' : 'sms', password = this.password, trustDevice = false } = {}): Promise<LoggedIn> {
    const { email, phone } = this;
    const session = await this.#client.start('login-verifications', {
      email,
      password,
      channel,
      factor: 'code',
      device: { name: 'Attic' },
    });
    const code = await this.#client.codeFor(channel === 'email' ? email : (phone ?? ''));
    const { body } = await session.send('submit-code', { code, trustDevice });
    if (body.outcome !== 'authenticated') throw new Error(`The login came to ${JSON.stringify(body)}`);
    return { session, done: body, token: body.accessToken };
  }

  /** Logs in on the trusted device, without a code. */
  async loginOnDevice(): Promise<LoggedIn> {
    const { email, password } = this;
    const session = await this.#client.start('login-verifications', { email, password, deviceToken: this.#deviceToken });
    return { session, done: session.created, token: session.created.accessToken };
  }

  /** Changes the password with a login. */
  async changePassword(token: string, password: string): Promise<void> {
    const { body } = await this.#client.post('/v1/account-changes', { change: { kind: 'password', password } }, { token });
    const code = await this.#client.codeFor(this.phone ?? this.email);
    const done = await this.#client.post(`/v1/account-changes/${body.id}/submit-code`, { code }, { token: body.sessionToken });
    if (done.body.outcome !== 'applied') throw new Error(`The change came to ${JSON.stringify(done.body)}`);
  }
}
