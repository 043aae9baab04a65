/** The contents of stolen logs and of a stolen copy of the database: no code, no password, no token and no address. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { comeBack, valueIn } from '../support/linking.ts';
import { agree, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { type ChildService, startChild } from '../support/process.ts';
import { Client, type Json, otherThan, type TestDatabase, TestSession, testDatabase } from '../support/service.ts';
import { SetUp } from '../support/set-up.ts';
import { adminKey, login } from './target.ts';

const canary = {
  password: 'canary of an evening in Porto',
  wrongPassword: 'canary that is not it',
  email: 'canary-owner@example.com',
  stranger: 'canary-stranger@example.com',
  device: 'canary-laptop',
  newPassword: 'canary-password that is the next',
  agent: 'Ann of the desk',
};

let database: TestDatabase;
let provider: OpenIdProvider;
let child: ChildService;
let logged: string;
/** Each row of each table except the sandbox's own, whose inbox shows its messages on purpose. */
let dumped: Map<string, string>;
let secrets: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  provider = await startOpenIdProvider('acme', () => 'https://verify.example/oauth/callback');
  child = await startChild({
    ...database.environment,
    ADMIN_KEYS: `desk:${adminKey}`,
    LOG_LEVEL: 'trace',
    PUBLIC_URL: 'https://verify.example',
    OIDC_PROVIDERS: JSON.stringify([provider.setting]),
  });
  const client = new Client(child.url);
  secrets = await story(client);
  dumped = await dump(database.environment['DATABASE_URL'] ?? '');
  expect(await child.end('SIGTERM')).toBe(0);
  logged = child.stdout() + child.stderr();
}, 60_000);
afterAll(async () => {
  await provider.close();
  await database.remove();
});

/** Everything that can happen to an account. @returns the secrets of it */
async function story(client: Client): Promise<Record<string, string>> {
  const phone = freshNumber('mobile');
  const { password, email, wrongPassword, stranger, device } = canary;
  const admin = { token: adminKey, headers: { 'x-agent': canary.agent } };
  const account = { email, password, phone, phoneVerified: true, emailVerified: true };
  const { body: made } = await client.call('POST', '/admin/accounts', { ...admin, body: account });
  await client.call('GET', `/admin/accounts/${made.id}`, admin);
  for (const [address, tried] of [
    [email, wrongPassword],
    [stranger, wrongPassword],
    [`${email}@`, password],
  ])
    await client.post(`/v1/${login}`, { email: address, password: tried, device: { name: device } });
  const begun = await client.post(`/v1/${login}`, { email, password, device: { name: device } });
  const session = new TestSession(client, begun, login);
  const code = await client.codeFor(phone);
  await session.submit(otherThan(code));
  const done: Json = (await session.send('submit-code', { code, trustDevice: true })).body;
  const trusted = await client.post(`/v1/${login}`, { email, password, deviceToken: done.deviceToken });
  await client.post(`/v1/${login}`, { email, password: wrongPassword, deviceToken: done.deviceToken });
  await client.get('/v1/me', done.accessToken);
  await client.get('/v1/me/devices', done.accessToken);
  await client.get('/v1/me', 'canary-no-token');
  const changed = await changeStory(client, done.accessToken, phone);
  const setUp = await setUpStory(client);
  await client.clock({ advance: 'PT1S' });
  const keyed = { 'idempotency-key': 'a-renewal-that-is-made-twice' };
  const renewed = await session.send('access-token', {}, keyed);
  await session.send('access-token', {}, keyed);
  await client.call('DELETE', '/v1/me/login', { token: renewed.body.accessToken });
  return {
    ...setUp,
    ...changed,
    clientSecret: provider.setting.clientSecret,
    ...canary,
    phone,
    code,
    guess: otherThan(code),
    sessionToken: session.token,
    deviceToken: done.deviceToken,
    deviceSecret: done.deviceToken.split('.')[1],
    result: done.result.token,
    accessToken: done.accessToken,
    renewedToken: renewed.body.accessToken,
    laterToken: trusted.body.sessionToken,
    laterResult: trusted.body.result.token,
    laterAccess: trusted.body.accessToken,
    adminKey,
    noToken: 'canary-no-token',
    any: 'canary',
  };
}

/** A change of the address, and one that waits for its confirmation. */
async function changeStory(client: Client, token: string, phone: string): Promise<Record<string, string>> {
  const newEmail = 'canary-changed@example.com';
  const begin = async (wish: Json) =>
    new TestSession(
      client,
      await client.post('/v1/account-changes', { change: wish, device: { name: canary.device } }, { token }),
      'account-changes',
    );
  const change = await begin({ kind: 'email', email: newEmail });
  const confirmation = await client.codeFor(phone);
  const { body } = await change.submit(confirmation);
  const verification = await client.codeFor(newEmail);
  await client.post(`${body.child.href}/submit-code`, { code: verification }, { token: body.child.sessionToken });
  if ((await change.read()).outcome !== 'applied') throw new Error('It was not changed');
  const pending = await begin({ kind: 'password', password: canary.newPassword });
  return {
    newEmail,
    confirmation,
    verification,
    changeToken: change.token,
    childToken: body.child.sessionToken,
    pendingToken: pending.token,
  };
}

/** A finished set-up with a linked identity, and an unfinished one, which stores its details until it ends. */
async function setUpStory(client: Client): Promise<Record<string, string>> {
  const [newcomer, newPhone, subject] = ['canary-newcomer@example.com', freshNumber('mobile'), 'canary-subject'];
  const away: Record<string, string> = {};
  for (const finished of [true, false]) {
    const more = { password: canary.password, device: { name: canary.device } };
    const setUp = await SetUp.start(client, finished ? newcomer : `other-${newcomer}`, more);
    await setUp.verify(finished ? newcomer : `other-${newcomer}`);
    await setUp.verifyPhone(finished ? newPhone : freshNumber('mobile'));
    const { body } = await setUp.session.send('link-account', { provider: 'acme' });
    const asked = new URL(body.data.authorizationUrl).searchParams;
    for (const name of ['state', 'nonce', 'code_challenge']) away[`${name} ${finished}`] = asked.get(name)?.split('.').at(-1) ?? '';
    if (!finished) continue;
    const answer = await agree(body.data.authorizationUrl, subject);
    away['grant'] = new URL(answer).searchParams.get('code') ?? '';
    const value = valueIn(await comeBack(client, answer)) ?? '';
    away['value'] = value;
    await setUp.session.send('confirm-link', { value });
    if ((await setUp.session.read()).outcome !== 'complete') throw new Error('It was not linked');
  }
  return { newcomer, newPhone, subject, ...away };
}

async function dump(url: string): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_name not like 'sandbox_%' order by 1",
    );
    const texts = new Map<string, string>();
    for (const { name } of tables) {
      const { rows } = await client.query(`select to_jsonb(t)::text as row from "${name}" t`);
      texts.set(name, rows.map(({ row }) => row).join('\n'));
    }
    return texts;
  } finally {
    await client.end();
  }
}

/** Six digits may occur in an id or a time by chance; a code stands alone. */
function holds(text: string, secret: string): boolean {
  return /^\d{6}$/.test(secret) ? new RegExp(`(?<![\\w.-])${secret}(?![\\w.-])`).test(text) : text.includes(secret);
}

/** The name of an agent is recorded on purpose; all other values are secret. */
const inTheAudit = new Set(['agent']);

test('the story left rows in every table, and lines in the logs', () => {
  const filled = [...dumped].filter(([, text]) => text !== '').map(([name]) => name);
  expect(filled).toEqual(
    expect.arrayContaining(['account_emails', 'accounts', 'audit', 'budgets', 'history', 'sessions', 'trusted_devices']),
  );
  expect(logged.split('\n').length).toBeGreaterThan(20);
  expect(holds('{"code":"042137"}', '042137')).toBe(true);
});

test('the logs hold no secret', () => {
  expect(Object.entries(secrets).filter(([, secret]) => holds(logged, secret))).toEqual([]);
});

test('the database holds no secret', () => {
  const found = [...dumped].flatMap(([table, text]) =>
    Object.entries(secrets)
      .filter(([name, secret]) => !(table === 'audit' && inTheAudit.has(name)) && holds(text, secret))
      .map(([name]) => `${table}: ${name}`),
  );
  expect(found).toEqual([]);
});

test('the hash of a password is only in its account', () => {
  const tables = [...dumped].filter(([, text]) => text.includes('$argon2')).map(([name]) => name);
  expect(tables).toEqual(['accounts']);
  expect(logged).not.toContain('$argon2');
});

test('neither holds an encoding of a secret', () => {
  const all = [logged, ...dumped.values()].join('\n');
  const encoded = Object.values(secrets).flatMap((secret) => [
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
    Buffer.from(secret).toString('hex'),
    encodeURIComponent(secret),
  ]);
  const long = encoded.filter((text) => text.length > 12 && text !== encodeURIComponent(canary.agent));
  expect(long.filter((text) => all.includes(text))).toEqual([]);
});
