/** A service without a module: none of its routes, pages, settings and tables. A module can join later, leave, and return. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Type } from '@sinclair/typebox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed, type MachineEvent } from '../../machines/workflow.ts';
import { builtInModules, codes, createService, defineModule, fieldsResolver, type Module, messages } from '../../src/index.ts';
import { blankPostgres } from '../support/databases.ts';
import { Client } from '../support/service.ts';
import { dumpOf } from '../support/table-dump.ts';

const adminKey = 'a-key-of-the-support-desk-1';
const password = 'a quiet evening in Porto';

const machine = setup({ types: {} as { context: object; events: MachineEvent }, delays: { day: 86_400_000 } }).createMachine({
  id: 'shelf',
  context: {},
  initial: 'open',
  states: { open: { after: { day: 'forgotten' }, on: { CLOSE: 'shut' } }, shut: { type: 'final' }, forgotten: { type: 'final' } },
});

/** A module of another author, which needs no other module. */
const shelves = (): Module =>
  defineModule({
    name: 'shelves',
    workflows: [
      defineWorkflow('shelf', () => ({
        collection: 'shelves',
        version: 1,
        description: 'A shelf.',
        machine,
        start: { body: Type.Object({ room: Type.String({ maxLength: 100 }) }, closed), resolver: 'shelf', events: [null] },
        events: { CLOSE: { description: 'Shuts it.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } },
        view: { schema: Type.Object({}), of: () => ({}) },
        deadlines: { day: 'forgottenAt' },
        success: { outcome: 'shut', claims: [] },
      })),
    ],
    resolvers: { shelf: fieldsResolver({ details: ['room'] }) },
    details: { room: 'shown' },
  });

const tablesOfService = ['audit', 'budgets', 'history', 'sandbox_clock', 'sandbox_messages', 'sandbox_outcomes', 'sessions'];
const tablesOfAccounts = [
  'account_emails',
  'account_links',
  'accounts',
  'ended_logins',
  'login_proofs',
  'owner_networks',
  'passkeys',
  'password_guesses',
  'trusted_devices',
];

const routes = {
  accounts: [
    'GET /v1/me',
    'GET /v1/me/passkeys',
    'GET /unlock',
    'POST /unlock',
    'POST /admin/accounts',
    'POST /sandbox/accounts',
    'POST /v1/login-verifications',
  ],
  linking: ['GET /oauth/callback', 'GET /sandbox/openid/authorize'],
  support: ['POST /v1/support-accesses', 'GET /v1/me/support-accesses'],
  codes: ['POST /v1/email-verifications', 'POST /v1/phone-verifications', 'POST /admin/destinations/open', 'POST /sandbox/destinations'],
  messages: ['GET /sandbox/messages'],
};

/** Settings from which no module could be made. */
const broken = {
  accounts: { PASSWORD_HASHING: 'heavy' },
  linking: { OIDC_PROVIDERS: 'nonsense', LINK_RETURN_URLS: 'nowhere' },
  messages: { SMTP_URL: 'nonsense', WEBHOOK_URL: 'nonsense', SUPPORT_URL: 'nowhere', TEMPLATES_DIR: '/no/such/folder' },
};

let environment: Readonly<Record<string, string>>;
let drop: () => Promise<void>;
async function openDatabase(): Promise<void> {
  const [folder, database] = await Promise.all([mkdtemp(join(tmpdir(), 'modules-test-')), blankPostgres()]);
  const common = { DATA_DIR: folder, PORT: '0', SANDBOX: 'true', LOG_LEVEL: 'silent' };
  environment = { ...common, DATABASE_URL: database.url, ADMIN_KEYS: `desk:${adminKey}` };
  drop = async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function started(modules: readonly Module[], settings: Readonly<Record<string, string>> = {}) {
  const service = await createService({ modules, config: { ...environment, ...settings } });
  return { service, client: new Client((await service.listen()).url) };
}

async function running<T>(modules: readonly Module[], use: (client: Client) => Promise<T>): Promise<T> {
  const { service, client } = await started(modules);
  return use(client).finally(() => service.stop());
}

const tables = async () => Object.keys(await dumpOf(environment, [])).filter((name) => !name.startsWith('kysely_'));

describe.each([
  {
    modules: 'codes',
    made: () => [codes()],
    absent: [...routes.accounts, ...routes.linking, ...routes.support],
    present: [...routes.codes, ...routes.messages],
    settings: { ...broken.accounts, ...broken.linking },
    owns: ['code_guesses'],
  },
  {
    modules: 'messages',
    made: () => [messages()],
    absent: [...routes.accounts, ...routes.linking, ...routes.support, ...routes.codes],
    present: routes.messages,
    settings: { ...broken.accounts, ...broken.linking },
    owns: [],
  },
  {
    modules: 'a module of a stranger’s',
    made: () => [shelves()],
    absent: Object.values(routes).flat(),
    present: ['POST /v1/shelves'],
    settings: { ...broken.accounts, ...broken.linking, ...broken.messages },
    owns: [],
  },
])('a service with only $modules', ({ made, absent, present, settings, owns }) => {
  let service: Awaited<ReturnType<typeof started>>['service'];
  let client: Client;
  beforeAll(async () => {
    await openDatabase();
    // A setting of an absent module is not read, whatever its value.
    ({ service, client } = await started(made(), settings));
  });
  afterAll(async () => {
    await service.stop();
    await drop();
  });

  const statusOf = async (route: string) => {
    const [method = '', path = ''] = route.split(' ');
    const { status } = await client.call(method, path, { token: adminKey, ...(method === 'POST' ? { body: {} } : {}) });
    return status;
  };

  test('has only the routes and pages of its modules', async () => {
    const found: string[] = [];
    for (const route of absent) if ((await statusOf(route)) !== 404) found.push(route);
    expect(found).toEqual([]);
    const missing: string[] = [];
    for (const route of present) if ((await statusOf(route)) === 404) missing.push(route);
    expect(missing).toEqual([]);
  });

  test('has a valid OpenAPI document, which names nothing of another module', async () => {
    const { body: document } = await client.get('/openapi.json');
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
    const described = Object.keys(document.paths);
    expect(described.filter((path) => absent.some((route) => route.endsWith(` ${path}`)))).toEqual([]);
    expect(JSON.stringify(document)).not.toMatch(/support-access|login-verification|account-setup/);
  });

  test('shows its pages', async () => {
    // A service without workflows has none to play and none to draw.
    const ofWorkflows = (await client.get('/v1/workflows')).body.workflows.length === 0 ? 404 : 200;
    for (const path of ['/', '/diagrams']) expect([path, await statusOf(`GET ${path}`)]).toEqual([path, ofWorkflows]);
    for (const path of ['/docs', '/problems/rate-limited', '/v1/workflows', '/metrics'])
      expect([path, await statusOf(`GET ${path}`)]).toEqual([path, 200]);
  });

  test('has only the tables of its modules, and runs for months without another one', async () => {
    const now = await client.freeze();
    if (owns.length > 0) await client.verify('jane@example.com');
    if (present.includes('POST /v1/shelves')) await client.start('shelves', { room: 'Attic' });
    await client.at(now + 100 * 86_400_000);
    expect((await client.get('/readyz')).status).toBe(200);
    expect((await tables()).sort()).toEqual([...tablesOfService, ...owns].sort());
  });
});

describe('a module that joins later, and leaves', () => {
  beforeEach(openDatabase);
  afterEach(() => drop());

  test('gets its tables, leaves them unchanged while it is absent, and finds them again', async () => {
    const email = 'jane@example.com';
    await running([codes()], async (client) => {
      await client.verify(email);
    });
    expect(await tables()).not.toContain('accounts');
    await running(builtInModules(), async (client) => {
      expect((await client.post('/sandbox/accounts', { email, password })).status).toBe(201);
    });
    const unrelated = async () => {
      const rows = await dumpOf(environment, []);
      return tablesOfAccounts.map((table) => [table, rows[table]]);
    };
    const before = await unrelated();
    expect(before.map(([, rows]) => rows !== undefined)).toEqual(tablesOfAccounts.map(() => true));
    await running([shelves()], async (client) => {
      const now = await client.freeze();
      await client.at(now + 100 * 86_400_000);
      expect((await client.post('/v1/login-verifications', { email, password })).status).toBe(404);
    });
    expect(await unrelated()).toEqual(before);
    await running(builtInModules(), async (client) => {
      expect((await client.post('/v1/login-verifications', { email, password })).status).toBe(201);
    });
  });

  test('leaves its sessions stranded, and takes them back', async () => {
    const session = await running([codes(), shelves()], (client) => client.start('shelves', { room: 'Attic' }));
    const statuses = (client: Client) => client.call('GET', '/admin/sessions', { token: adminKey });
    await running([codes()], async (client) => {
      expect((await statuses(client)).body.sessions).toMatchObject([{ id: session.id, workflow: 'shelf', status: 'stranded' }]);
      expect((await client.get(session.path, session.token)).status).toBe(404);
      expect((await client.get('/metrics')).body).toMatch(/^verification_stranded_sessions\{[^}]*shelf[^}]*\} 1$/m);
    });
    await running([codes(), shelves()], async (client) => {
      expect((await statuses(client)).body.sessions).toMatchObject([{ id: session.id, status: 'active' }]);
      expect((await session.through(client).send('close')).body.state).toBe('shut');
    });
  });
});
