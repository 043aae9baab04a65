/** The owner of an account who adds an authenticator app or backup codes over HTTP, and proves them. */
import { AccountHolder } from './account-holder.ts';
import { AuthenticatorApp } from './authenticator-app.ts';
import { type Answer, type Client, type Json, TestSession } from './service.ts';

export class FactorOwner {
  readonly holder: AccountHolder;
  readonly #client: Client;

  private constructor(client: Client, holder: AccountHolder) {
    this.#client = client;
    this.holder = holder;
  }

  static async make(client: Client): Promise<FactorOwner> {
    return new FactorOwner(client, await AccountHolder.make(client));
  }

  now(): Promise<number> {
    return this.#client.clock({ advance: 'PT0S' });
  }

  /** Begins a registration, and confirms it by a code. @returns the session, which shows the enrolment */
  async confirmed(collection: string): Promise<TestSession> {
    const { token } = await this.holder.loginOnDevice();
    const session = new TestSession(this.#client, await this.#client.post(`/v1/${collection}`, { factor: 'code' }, { token }), collection);
    const answer = await session.submit(await this.#client.codeFor(this.holder.phone ?? ''));
    if (answer.body.state !== 'enrollingFactor') throw new Error(`The code was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return session;
  }

  /** An app that has read the QR code of a registration. */
  async appOf(session: TestSession): Promise<AuthenticatorApp> {
    return new AuthenticatorApp((await session.read()).data.enrolment.address);
  }

  /** Adds an app, or replaces the earlier one. */
  async addApp(): Promise<AuthenticatorApp> {
    const session = await this.confirmed('authenticator-registrations');
    const app = await this.appOf(session);
    await enrolled(session, app.codeAt(await this.now()));
    return app;
  }

  /** Adds backup codes, or replaces the earlier ones. */
  async addCodes(): Promise<string[]> {
    const session = await this.confirmed('backup-code-replacements');
    const { codes } = (await session.read()).data.enrolment;
    await enrolled(session, codes[0]);
    return codes;
  }

  /** Begins a login that waits for the factor, or for a code. */
  async login(factor: string): Promise<TestSession> {
    const { email, password } = this.holder;
    return this.#client.start('login-verifications', { email, password, factor });
  }

  /** Logs in by a code to the telephone. @returns the access token, which counts as a second factor */
  async token(): Promise<string> {
    const login = await this.login('code');
    return (await login.submit(await this.#client.codeFor(this.holder.phone ?? ''))).body.accessToken;
  }

  /** Logs in with the code of a factor. */
  async loginWith(factor: string, code: string): Promise<Answer> {
    return (await this.login(factor)).send('prove-factor', { code });
  }

  async notices(name: string): Promise<Json[]> {
    await this.now();
    return (await this.#client.messages(this.holder.email)).filter(({ notice }) => notice === name);
  }
}

async function enrolled(session: TestSession, code: string): Promise<void> {
  const answer = await session.send('enrol-factor', { code });
  if (answer.body.outcome !== 'enrolled') throw new Error(`The enrolment was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
