/** A restored back-up: what it would revive, and that the steps of docs/restore.md prevent it. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretKeysOf } from '../../src/config/config.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { testOnce } from '../support/describe-once.ts';
import {
  Client,
  type DatabaseKind,
  databaseKinds,
  type Service,
  startIn,
  type TestDatabase,
  type TestSession,
  testDatabase,
} from '../support/service.ts';
import { registry, workflows } from '../support/workflows.ts';

const page = readFileSync(new URL('../../docs/restore.md', import.meta.url), 'utf8');
const [, afterRestore = ''] = /<!-- after a restore:[^>]*-->\s*```sql\n([\s\S]*?)```/.exec(page) ?? [];

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [key('old'), key('new')];

/** The operator's actions on a database while no service runs on it. */
interface Operator {
  backUp(): Promise<void>;
  restore(): Promise<void>;
  run(statements: string): Promise<void>;
  /** The sealed part of a session. */
  sealed(id: string): Promise<string>;
  /** Removes the back-up. */
  tidy(): Promise<void>;
}

const sealedOf = 'select sealed from sessions where id = $1';

function operatorOf(kind: DatabaseKind, { environment }: TestDatabase): Operator {
  if (kind === 'PGlite') {
    const database = join(environment['DATA_DIR'] ?? '', 'database');
    const copy = `${database}.back-up`;
    return {
      backUp: () => cp(database, copy, { recursive: true }),
      restore: async () => {
        await rm(database, { recursive: true });
        await cp(copy, database, { recursive: true });
      },
      run: async (statements) => {
        const opened = await PGlite.create({ dataDir: database });
        await opened.exec(statements);
        await opened.close();
      },
      sealed: async (id) => {
        const opened = await PGlite.create({ dataDir: database });
        const { rows } = await opened.query<{ sealed: string }>(sealedOf, [id]);
        await opened.close();
        return rows[0]?.sealed ?? '';
      },
      tidy: () => rm(copy, { recursive: true }),
    };
  }
  const url = new URL(environment['DATABASE_URL'] ?? '');
  const name = url.pathname.slice(1);
  const copy = `${name}_copy`;
  const server = new URL(url);
  server.pathname = '/postgres';
  const connected = async <T>(address: URL, work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: address.href });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const ask = (address: URL, ...statements: string[]) =>
    connected(address, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  return {
    backUp: () => ask(server, `create database ${copy} template ${name}`),
    restore: () => ask(server, `drop database ${name}`, `create database ${name} template ${copy}`),
    run: (statements) => ask(url, statements),
    sealed: async (id) => (await connected(url, (client) => client.query(sealedOf, [id]))).rows[0]?.sealed ?? '',
    tidy: () => ask(server, `drop database ${copy}`),
  };
}

const hashesIn = (personal: Record<string, string>) => Object.keys(personal).filter((name) => /hash/i.test(name));

describe.each(databaseKinds)('a restored back-up of %s', (kind) => {
  let database: TestDatabase;
  let operator: Operator;
  let service: Service;
  let client: Client;
  beforeEach(async () => {
    database = await testDatabase(kind);
    operator = operatorOf(kind, database);
    await start(oldKey);
    await client.freeze();
  });
  afterEach(async () => {
    await service.stop();
    await operator.tidy();
    await database.remove();
  });

  async function start(secretKeys: string): Promise<void> {
    service = await startIn({ ...database.environment, SECRET_KEYS: secretKeys });
    client = new Client(service.url);
  }

  /** Runs an action while the service is stopped. */
  async function between(work: () => Promise<void>, secretKeys = oldKey): Promise<void> {
    await service.stop();
    await work();
    await start(secretKeys);
  }

  const known = 'before@example.com';
  const lost = 'after@example.com';
  const repeated = { 'idempotency-key': 'started-after-the-back-up-012345' };

  /** One session begins before the back-up and one after it; both codes are used, and then the back-up is restored. */
  async function useCodes() {
    const before = await client.verify(known);
    await between(operator.backUp);
    const after = await client.verify(lost, {}, repeated);
    const codes = { before: await client.codeFor(known), after: await client.codeFor(lost) };
    expect((await before.through(client).submit(codes.before)).body.outcome).toBe('verified');
    expect((await after.submit(codes.after)).body.outcome).toBe('verified');
    return { before, after, codes };
  }

  const tryAgain = (session: TestSession, code: string) => session.through(client).submit(code);

  test('revives used codes without further steps', async () => {
    const { before, after, codes } = await useCodes();
    await between(operator.restore);
    expect((await tryAgain(before, codes.before)).body.outcome).toBe('verified');
    const sameAgain = await client.verify(lost, {}, repeated);
    expect(sameAgain.id).toBe(after.id);
    expect((await sameAgain.submit(codes.after)).body.outcome).toBe('verified');
  });

  test('revives none after the statements, and with a new first key', async () => {
    const { before, after, codes } = await useCodes();
    await between(async () => {
      await operator.restore();
      await operator.run(afterRestore);
    }, `${newKey},${oldKey}`);
    expect((await tryAgain(before, codes.before)).body).toMatchObject({ code: 'event-not-accepted', accepted: [] });
    expect(await before.through(client).read()).toMatchObject({ state: 'abandoned', status: 'done', data: { email: 'b***@example.com' } });
    expect((await before.through(client).history()).at(-1)).toMatchObject({
      event: 'restore',
      from: 'codeActive.cooldown',
      to: 'abandoned',
    });
    expect((await client.verify(lost, {}, repeated)).id).not.toBe(after.id);
    // A repeated start returns the ended session, not another one with the same code.
    await client.clock({ advance: 'PT25H' });
    expect((await before.through(client).history()).map(({ event }) => event)).toEqual(['start', 'deliverCode.done', 'restore']);
  });

  test('leaves no session with the hash of a new password, once the service has started', async () => {
    const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };
    const { body: made } = await client.post('/sandbox/accounts', { ...account, trustedDevice: true });
    const { body: login } = await client.post('/v1/login-verifications', { ...account, deviceToken: made.deviceToken });
    const change = { kind: 'password', password: 'a loud morning in Lagos' };
    const begun = [
      await client.start('account-setups', { email: 'new@example.com', password: 'a calm night in Turin' }),
      await client.start('account-changes', { change }, { authorization: `Bearer ${login.accessToken}` }),
    ];
    const ids = begun.map(({ id }) => id);
    const keys = `${newKey},${oldKey}`;
    const vault = new PersonalVault(new Keyring(secretKeysOf(keys) ?? []));
    const sealedDetails = () => Promise.all(ids.map(async (id) => vault.open(id, await operator.sealed(id))));
    await between(async () => {
      expect((await sealedDetails()).map(hashesIn)).toEqual([['passwordHash'], ['newPasswordHash']]);
      await operator.backUp();
      await operator.restore();
      await operator.run(afterRestore);
      expect((await sealedDetails()).map(hashesIn)).toEqual([['passwordHash'], ['newPasswordHash']]);
    }, keys);
    // No request reads the sessions: the call that moves the clock waits for due sessions.
    await client.clock({ advance: 'PT1S' });
    await between(async () => {
      expect((await sealedDetails()).map(hashesIn)).toEqual([[], []]);
    }, keys);
    for (const session of begun) {
      const seen = await session.through(client).read();
      expect(seen).toMatchObject({ state: 'abandoned', status: 'done', data: { email: expect.stringContaining('***@') } });
      expect((await session.through(client).history()).at(-1)).toMatchObject({ event: 'restore', to: 'abandoned' });
    }
  });

  test('revives an ended login without further steps, and none after the statements', async () => {
    const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };
    await client.post('/sandbox/accounts', account);
    const session = await client.start('login-verifications', account);
    const { body } = await session.submit(await client.codeFor(account.email));
    const renewal = async () => (await session.through(client).send('access-token')).status;
    await service.stop();
    await operator.backUp();
    await start(oldKey);
    const { accessToken: token } = (await session.through(client).send('access-token')).body;
    expect(token).not.toBe(body.accessToken);
    expect([(await client.call('DELETE', '/v1/me/login', { token })).status, await renewal()]).toEqual([204, 401]);
    await between(operator.restore);
    expect(await renewal()).toBe(200);
    await between(async () => {
      await operator.restore();
      await operator.run(afterRestore);
    }, `${newKey},${oldKey}`);
    expect(await renewal()).toBe(401);
  });

  test('trusts no device after the statements, and keeps the accounts', async () => {
    const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };
    await client.post('/sandbox/accounts', account);
    const session = await client.start('login-verifications', account);
    const { body } = await session.send('submit-code', { code: await client.codeFor(account.email), trustDevice: true });
    const login = async () => (await client.start('login-verifications', { ...account, deviceToken: body.deviceToken })).created.state;
    expect(await login()).toBe('authenticated');
    await between(async () => {
      await operator.backUp();
      await operator.restore();
      await operator.run(afterRestore);
    }, `${newKey},${oldKey}`);
    expect(await login()).toBe('codeActive.cooldown');
  });
});

testOnce('every workflow has the state in which the statements end its sessions', () => {
  const states = workflows.latest().map(({ machine }) => machine.states['abandoned']?.type);
  expect(states).toEqual(registry.map(() => 'final'));
});
