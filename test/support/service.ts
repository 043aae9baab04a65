/** A service of its own for a test: real HTTP, a real database, the sandbox's clock and inbox. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { defineModule, type Module } from '../../src/modules/module.ts';
import { type Address, createService } from '../../src/service/service.ts';
import {
  type Answer as AnswerOf,
  type Caller,
  type CallOptions,
  closeIdleConnections,
  sendRequest,
} from '../../src/testing/drive/requests.ts';
import { type DatabaseKind, freshPostgres, layOutPglite } from './databases.ts';

export { otherThan } from '../../src/testing/participants/received.ts';
export { type DatabaseKind, databaseKinds, quickDatabase } from './databases.ts';

/** A representation or a problem, as far as tests read it. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape and assert what they find
export type Json = any;

export type Answer = AnswerOf<Json>;

export type { CallOptions };

/** A client of a running service, in this process or another. */
export class Client implements Caller<Json> {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    return sendRequest(this.url + path, method, options);
  }

  get(path: string, token?: string): Promise<Answer> {
    return this.call('GET', path, token === undefined ? {} : { token });
  }

  post(path: string, body: unknown, options: Omit<CallOptions, 'body'> = {}): Promise<Answer> {
    return this.call('POST', path, { ...options, body });
  }

  /** Starts an email verification. */
  verify(
    email: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestSession> {
    return this.start('email-verifications', { email, ...more }, headers);
  }

  /** Starts a session of any collection. */
  async start(collection: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<TestSession> {
    const answer = await this.post(`/v1/${collection}`, body, { headers });
    if (answer.status !== 201) throw new Error(`Starting answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return new TestSession(this, answer, collection);
  }

  async messages(to: string): Promise<Json[]> {
    return (await this.get(`/sandbox/messages?to=${encodeURIComponent(to)}`)).body.messages;
  }

  /** The messages with a code to an address, the newest first. */
  async codes(to: string): Promise<Json[]> {
    return (await this.messages(to)).filter(({ code }) => code !== null);
  }

  /** The newest code to an address. */
  async codeFor(to: string): Promise<string> {
    const [newest] = await this.codes(to);
    if (!newest) throw new Error(`No message to ${to}`);
    return newest.code;
  }

  /** Sets, moves or freezes the sandbox's clock. @returns its time in milliseconds */
  async clock(change: Readonly<Record<string, unknown>>): Promise<number> {
    const answer = await this.post('/sandbox/clock', change);
    if (answer.status !== 200) throw new Error(`The clock answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return Date.parse(answer.body.now);
  }

  /** Moves the clock to a moment of the frozen sandbox. */
  at(ms: number): Promise<number> {
    return this.clock({ set: new Date(ms).toISOString() });
  }

  async freeze(): Promise<number> {
    return this.clock({ freeze: true });
  }

  nextDelivery(outcome: 'succeed' | 'fail' | 'delay', times = 1, channel = 'email'): Promise<Answer> {
    return this.post('/sandbox/delivery', { channel, outcome, times });
  }

  /** Reports a message as a provider would. */
  report(sessionId: string, failure: string, send: Readonly<Record<string, number>> = {}): Promise<Answer> {
    return this.post('/sandbox/delivery-reports', { sessionId, failure, ...send });
  }
}

export class TestSession {
  readonly client: Client;
  readonly created: Json;
  readonly id: string;
  readonly token: string;
  readonly path: string;
  readonly #collection: string;

  constructor(client: Client, answer: Answer, collection: string) {
    this.client = client;
    this.created = answer.body;
    this.id = answer.body.id;
    this.token = answer.body.sessionToken;
    this.#collection = collection;
    this.path = `/v1/${collection}/${this.id}`;
  }

  /** The same session through another client: of another process, or of a restarted one. */
  through(client: Client): TestSession {
    return new TestSession(client, { status: 200, headers: new Headers(), body: this.created }, this.#collection);
  }

  send(event: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.client.post(`${this.path}/${event}`, body, { token: this.token, headers });
  }

  submit(code: string): Promise<Answer> {
    return this.send('submit-code', { code });
  }

  async read(): Promise<Json> {
    return (await this.client.get(this.path, this.token)).body;
  }

  async history(): Promise<Json[]> {
    return (await this.client.get(`${this.path}/history`, this.token)).body.history;
  }
}

export interface TestService {
  /** Calls the service where it listens, which is not its public address: tests that compare addresses use `publicUrl`. */
  readonly client: Client;
  readonly publicUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Stops the service; its data stays. */
  stop(): Promise<void>;
  /** Stops the service and removes its data. */
  remove(): Promise<void>;
}

/** All tests are one client, this machine. Wrong passwords are not limited, unless a test sets other figures. */
export const testFigures = { wrongPasswordsPerClient: 1_000_000, wrongPasswordsPerNetwork: 1_000_000 };

/** Writes a policy's figures to a file of the folder. @returns the value for `POLICY` */
export async function policyFile(folder: string, figures: object): Promise<string> {
  const file = join(folder, 'policy.json');
  await writeFile(file, JSON.stringify(figures));
  return file;
}

export interface TestDatabase {
  /** The settings that make a service use it. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** An empty database of its own. @param through changes the address of the database for the service, such as to that of a proxy */
export async function testDatabase(kind: DatabaseKind, through = async (url: string) => url): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'verification-test-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const policy = await policyFile(folder, testFigures);
  const common = {
    DATA_DIR: folder,
    PORT: '0',
    HOST: '127.0.0.1',
    SANDBOX: 'true',
    LOG_LEVEL: 'silent',
    PASSWORD_HASHING: 'light',
    POLICY: policy,
  };
  if (kind === 'PGlite') {
    await layOutPglite(folder);
    return { environment: common, remove: removeFolder };
  }
  const database = await freshPostgres();
  return {
    environment: { ...common, DATABASE_URL: await through(database.url) },
    remove: async () => {
      await database.drop();
      await removeFolder();
    },
  };
}

/** Starts a service on a fresh database of the kind, in this process. */
export async function startTestService(
  kind: DatabaseKind,
  settings: Readonly<Record<string, string>> = {},
  through?: (url: string) => Promise<string>,
): Promise<TestService> {
  const database = await testDatabase(kind, through);
  // Strong hashes would take most of the tests' time; outside a sandbox only strong ones exist.
  const hashing = settings['SANDBOX'] === 'false' ? { PASSWORD_HASHING: '' } : {};
  const environment = { ...database.environment, ...hashing, ...settings };
  const service = await startIn(environment);
  const stop = () => service.stop();
  return {
    client: new Client(service.url),
    publicUrl: service.publicUrl,
    environment,
    stop,
    remove: async () => {
      await stop();
      await database.remove();
    },
  };
}

/** A service in this process. */
export interface Service extends Address {
  stop(): Promise<void>;
}

/** Starts a service with these settings, in this process. @param definitions its workflows, instead of the built-in ones */
export async function startIn(
  environment: Readonly<Record<string, string>>,
  definitions?: readonly WorkflowDefinition[],
): Promise<Service> {
  const modules = definitions === undefined ? builtInModules() : modulesWith(definitions);
  const service = await createService({ modules, config: environment });
  const address = await service.listen();
  const stop = () => {
    closeIdleConnections();
    return service.stop();
  };
  return { ...address, stop };
}

/** The built-in modules with the wanted ones of their workflows, in any version, and one module with all other workflows. */
function modulesWith(wanted: readonly WorkflowDefinition[]): Module[] {
  const builtIn = builtInModules();
  const namesOf = ({ workflows = [] }: Module) => new Set(workflows.map(({ name }) => name));
  const all = new Set(builtIn.flatMap((module) => [...namesOf(module)]));
  return [
    ...builtIn.map((module) => ({ ...module, workflows: wanted.filter(({ name }) => namesOf(module).has(name)) })),
    defineModule({ name: 'tested', workflows: wanted.filter(({ name }) => !all.has(name)) }),
  ];
}
