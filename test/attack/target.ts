/** The target of an attack: a service (two processes of it on PostgreSQL), and people who have accounts there. */
import { expect } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword } from '../../src/testing/participants/password.ts';
import { startChild } from '../support/process.ts';
import {
  type Answer,
  Client,
  type DatabaseKind,
  type Json,
  otherThan,
  startTestService,
  TestSession,
  testDatabase,
} from '../support/service.ts';

/** An attack, its outcome, and the function that runs it. */
export interface Attack {
  readonly attack: string;
  readonly outcome: string;
  readonly run: (target: Target) => Promise<void>;
}

export interface Victim {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly password: string;
  /** The token of a device that the victim trusts. */
  readonly deviceToken: string;
}

export const adminKey = 'a-key-of-the-support-desk-1';
export const minute = 60_000;
export const login = 'login-verifications';

const settings = { TRUSTED_PROXIES: '127.0.0.1', ADMIN_KEYS: `desk:${adminKey}` };

let people = 0;

export class Target {
  readonly client: Client;
  /** Another process on the same database; on the embedded database, the same process. */
  readonly other: Client;
  readonly #remove: () => Promise<void>;
  #now = 0;

  private constructor(client: Client, other: Client, remove: () => Promise<void>) {
    this.client = client;
    this.other = other;
    this.#remove = remove;
  }

  static async open(kind: DatabaseKind): Promise<Target> {
    const target = kind === 'PGlite' ? await Target.#embedded() : await Target.#twoProcesses();
    target.#now = await target.client.freeze();
    return target;
  }

  static async #embedded(): Promise<Target> {
    const service = await startTestService('PGlite', settings);
    return new Target(service.client, service.client, () => service.remove());
  }

  static async #twoProcesses(): Promise<Target> {
    const { environment, remove } = await testDatabase('PostgreSQL');
    // Both processes sign in the name of one service.
    const all = { ...environment, ...settings, PUBLIC_URL: 'https://verify.example' };
    const children = await Promise.all([startChild(all), startChild(all)]);
    const [client, other] = children.map(({ url }) => new Client(url));
    if (!client || !other) throw new Error('Two processes were to be started');
    return new Target(client, other, async () => {
      await Promise.all(children.map((child) => child.end('SIGTERM')));
      await remove();
    });
  }

  close(): Promise<void> {
    return this.#remove();
  }

  /** One process or the other, in turns. */
  process(n: number): Client {
    return n % 2 === 0 ? this.client : this.other;
  }

  async later(ms: number): Promise<void> {
    this.#now = await this.client.at(this.#now + ms);
  }

  async victim(): Promise<Victim> {
    people += 1;
    const account = { email: `victim-${people}@example.com`, phone: freshNumber('mobile'), password: goodPassword };
    const { body } = await this.client.post('/sandbox/accounts', { ...account, trustedDevice: true });
    return { ...account, id: body.id, deviceToken: body.deviceToken };
  }

  /** A victim who has logged in from an address, on a trusted device. */
  async victimAt(address: string): Promise<Victim> {
    const victim = await this.victim();
    const { email, password, deviceToken } = victim;
    expect(verdict(await this.try(email, password, { deviceToken }, address))).toBe('authenticated');
    return victim;
  }

  /** Tries to log in. */
  try(email: string, password: string, more: Record<string, unknown> = {}, from?: string): Promise<Answer> {
    const headers = from === undefined ? {} : { 'x-forwarded-for': from };
    return this.client.post(`/v1/${login}`, { email, password, ...more }, { headers });
  }

  /** A session of a thief who knows the password and waits for a code. */
  async begin({ email, password }: Victim, more: Record<string, unknown> = {}, client = this.client): Promise<TestSession> {
    const session = await client.start(login, { email, password, ...more });
    expect(session.created.state).toMatch(/^codeActive/);
    return session;
  }

  /** The latest code sent to the victim. */
  codeOf({ phone }: Victim): Promise<string> {
    return this.client.codeFor(phone);
  }

  async wrongCodeOf(victim: Victim): Promise<string> {
    return otherThan(await this.codeOf(victim));
  }

  /** Wrong codes, five in each session. @returns the answers */
  async guess(victim: Victim, times: number, more: Record<string, unknown> = {}): Promise<Answer[]> {
    const answers: Answer[] = [];
    while (answers.length < times) {
      const session = await this.begin(victim, more);
      const to = session.created.data.channel === 'email' ? victim.email : victim.phone;
      const wrong = otherThan(await this.client.codeFor(to));
      for (let left = Math.min(5, times - answers.length); left > 0; left -= 1) answers.push(await session.submit(wrong));
    }
    return answers;
  }

  /** A completed login of the owner. @returns its representation */
  async complete(victim: Victim, code: Record<string, unknown> = {}): Promise<Json> {
    const session = await this.begin(victim);
    const { body } = await session.send('submit-code', { code: await this.codeOf(victim), ...code });
    expect(body.outcome).toBe('authenticated');
    return body;
  }

  me(token: string, path = ''): Promise<Answer> {
    return this.client.get(`/v1/me${path}`, token);
  }
}

/** A session whose start was refused. The session exists all the same. */
export function refusedSession(client: Client, { body, ...answer }: Answer): TestSession {
  return new TestSession(client, { ...answer, body: { ...body.session, sessionToken: body.sessionToken } }, login);
}

export function verdict({ status, body }: Answer): string {
  return status < 300 ? String(body.outcome ?? body.state ?? status) : `${status} ${body.code}`;
}

/** The number of answers with each verdict. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[verdict(answer)] = (counts[verdict(answer)] ?? 0) + 1;
  return counts;
}
