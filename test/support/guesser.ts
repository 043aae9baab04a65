/** A guesser at the codes of one destination: over many sessions, from many networks, through all processes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { type Answer, Client, type DatabaseKind, otherThan, startIn, TestSession, testDatabase } from './service.ts';

export const minute = 60_000;
export const day = 24 * 60 * minute;
export const adminKey = 'a-key-of-the-support-desk-1';
const clientKey = 'a-key-of-the-shop';

/** A chance of 0.5 % of one right guess at codes of six digits. */
export const guessesAYear = 5_000;

/** As many messages as requested, because their limits are tested elsewhere. */
export const freely = {
  codesPerNumber: 100,
  codesPerEmail: 100,
  codesPerNumberRange: 100,
  codesPerAccount: 100,
  messagesPerAccountAndHour: 100,
  messagesPerAccountAndDay: 100,
  messagesPerNumber: 100,
  messagesPerNumberAndHour: 100,
  messagesPerNumberAndDay: 100,
  messagesPerEmail: 100,
  messagesPerEmailAndHour: 100,
  messagesPerEmailAndDay: 100,
};

export interface Served {
  /** Each process in turn; on the embedded database, the only one. */
  readonly process: (n: number) => Client;
  /** The time of all processes. */
  readonly now: () => number;
  /** Advances the clock of all processes. */
  later(ms: number): Promise<void>;
  remove(): Promise<void>;
}

/** @param figures that differ from the product's policy, or the value of `POLICY` */
export async function serve(kind: DatabaseKind, figures: object | string = {}): Promise<Served> {
  const database = await testDatabase(kind);
  const file = join(database.environment['DATA_DIR'] ?? '', 'policy.json');
  if (typeof figures !== 'string') await writeFile(file, JSON.stringify(figures));
  const environment = {
    ...database.environment,
    TRUSTED_PROXIES: '127.0.0.1',
    CLIENT_KEYS: `shop:${clientKey}`,
    ADMIN_KEYS: `desk:${adminKey}`,
    PUBLIC_URL: 'https://verify.example',
    POLICY: typeof figures === 'string' ? figures : file,
  };
  const services = [await startIn(environment)];
  if (kind === 'PostgreSQL') services.push(await startIn(environment));
  const clients = services.map(({ url }) => new Client(url));
  const process = (n: number) => clients[n % clients.length] as Client;
  let now = await process(0).freeze();
  return {
    process,
    now: () => now,
    later: async (ms) => {
      now = await process(0).at(now + ms);
      // The other processes read the clock with their next request.
      await Promise.all(clients.map((client) => client.get('/sandbox/clock')));
    },
    remove: async () => {
      for (const service of services) await service.stop();
      await database.remove();
    },
  };
}

let given = 0;

export function freshAddress(): string {
  given += 1;
  return `guessed-${given}@example.com`;
}

export const network = (n: number) => `198.51.${n}.7`;

/** Headers of the shop's server, which asks for a person in a network; without a network, it names no person. */
export function asking(from: string | null): Record<string, string> {
  return { 'x-client-key': clientKey, ...(from === null ? {} : { 'x-forwarded-for': from }) };
}

/** Starts the verification of a destination, in a given spelling. */
export function verify(client: Client, to: string, from: string | null = network(1), more: object = {}): Promise<Answer> {
  const [collection, subject] = to.includes('@') ? ['email-verifications', { email: to }] : ['phone-verifications', { phone: to }];
  return client.post(`/v1/${collection}`, { ...subject, ...more }, { headers: asking(from) });
}

export function sessionOf(client: Client, { body }: Pick<Answer, 'body'>): TestSession {
  return new TestSession(client, { status: 201, headers: new Headers(), body }, `${body.workflow}s`);
}

/** Enters a code from a network. */
export function enter(session: TestSession, code: string, from: string | null = network(1), more: Record<string, string> = {}) {
  return session.send('submit-code', { code }, { ...asking(from), ...more });
}

export function verdict({ status, body, headers }: Answer): string {
  if (status < 300) return String(body.state);
  const wait = headers.get('retry-after');
  return [status, body.code, ...(wait === null ? [] : [`after ${wait} s`])].join(' ');
}

/** Starts sessions and enters wrong codes until no guess is compared any more. @returns the number compared */
export async function guessAll(served: Served, to: string, networks: readonly string[], more: object = {}): Promise<number> {
  let evaluated = 0;
  let turn = 0;
  for (const from of networks) {
    for (;;) {
      const started = await verify(served.process(turn++), to, from, more);
      if (started.status !== 201) break;
      const session = sessionOf(served.process(turn), started);
      const wrong = otherThan(await served.process(0).codeFor(to));
      const before = evaluated;
      while ((await enter(session.through(served.process(turn++)), wrong, from)).status === 422) evaluated += 1;
      if (evaluated === before) break;
    }
  }
  return evaluated;
}

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
}

/** Makes an account with a mobile number, with verified details. */
export async function freshPerson(client: Client): Promise<Person> {
  const made = { email: freshAddress(), phone: freshNumber('mobile') };
  const { status, body } = await client.post('/sandbox/accounts', { ...made, password });
  if (status !== 201) throw new Error(`The account was answered ${status}: ${JSON.stringify(body)}`);
  return { ...made, id: body.id };
}
