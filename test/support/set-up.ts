/** An account set-up as its client sees it: the session itself, and its current child. */
import { goodPassword } from '../../src/testing/participants/password.ts';
import { type Client, type Json, TestSession } from './service.ts';

export const setUps = 'account-setups';

export class SetUp {
  readonly session: TestSession;

  constructor(session: TestSession) {
    this.session = session;
  }

  static async start(
    client: Client,
    email: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SetUp> {
    return new SetUp(await client.start(setUps, { email, password: goodPassword, ...more }, headers));
  }

  /** The same set-up through another client. */
  through(client: Client): SetUp {
    return new SetUp(this.session.through(client));
  }

  /** The current child. */
  async child(): Promise<TestSession> {
    const { child } = await this.session.read();
    return this.childOf(child);
  }

  childOf(child: Json): TestSession {
    const collection = String(child.href).split('/')[2] ?? '';
    return new TestSession(this.session.client, { status: 200, headers: new Headers(), body: child }, collection);
  }

  /** Enters the latest code for an address. @returns the set-up afterwards */
  async verify(to: string): Promise<Json> {
    const child = await this.child();
    const answer = await child.submit(await this.session.client.codeFor(to));
    if (answer.body.outcome !== 'verified') throw new Error(`The code was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return this.session.read();
  }

  /** @returns the set-up afterwards */
  async verifyPhone(phone: string): Promise<Json> {
    await (await this.child()).send('provide-number', { phone, channel: 'sms' });
    return this.verify(phone);
  }

  async skipLink(): Promise<Json> {
    return (await this.session.send('skip-link')).body;
  }
}
