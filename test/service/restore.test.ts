/** A back-up that was brought back: what it would revive, and that what ARCHITECTURE.md tells an operator to do keeps it dead. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registry } from '../../machines/registry.ts';
import type { Service } from '../../src/service.ts';
import {
  Client,
  type DatabaseKind,
  databaseKinds,
  startIn,
  type TestDatabase,
  type TestSession,
  testDatabase,
} from '../support/service.ts';
import { workflows } from '../support/workflows.ts';

const page = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');
const [, afterRestore = ''] = /<!-- after a restore:[^>]*-->\s*```sql\n([\s\S]*?)```/.exec(page) ?? [];

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [key('old'), key('new')];

/** What an operator does to a database while no service runs on it. */
interface Operator {
  backUp(): Promise<void>;
  restore(): Promise<void>;
  run(statements: string): Promise<void>;
  /** Removes the back-up. */
  tidy(): Promise<void>;
}

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
      tidy: () => rm(copy, { recursive: true }),
    };
  }
  const url = new URL(environment['DATABASE_URL'] ?? '');
  const name = url.pathname.slice(1);
  const copy = `${name}_copy`;
  const server = new URL(url);
  server.pathname = '/postgres';
  const ask = async (address: URL, ...statements: string[]) => {
    const client = new pg.Client({ connectionString: address.href });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    backUp: () => ask(server, `create database ${copy} template ${name}`),
    restore: () => ask(server, `drop database ${name}`, `create database ${name} template ${copy}`),
    run: (statements) => ask(url, statements),
    tidy: () => ask(server, `drop database ${copy}`),
  };
}

describe.each(databaseKinds)('a back-up of %s that was brought back', (kind) => {
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

  /** Something done while the service is stopped. */
  async function between(work: () => Promise<void>, secretKeys = oldKey): Promise<void> {
    await service.stop();
    await work();
    await start(secretKeys);
  }

  const known = 'before@example.com';
  const lost = 'after@example.com';
  const repeated = { 'idempotency-key': 'started-after-the-back-up-012345' };

  /** One session begins before the back-up and one after it; both codes are used, and then everything is as it was. */
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

  test('revives used codes, when nothing else is done', async () => {
    const { before, after, codes } = await useCodes();
    await between(operator.restore);
    expect((await tryAgain(before, codes.before)).body.outcome).toBe('verified');
    const sameAgain = await client.verify(lost, {}, repeated);
    expect(sameAgain.id).toBe(after.id);
    expect((await sameAgain.submit(codes.after)).body.outcome).toBe('verified');
  });

  test('revives none after the statements, and with a new key in front', async () => {
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
    // A start that is repeated gives the session that has ended, not another one with the same code.
    await client.clock({ advance: 'PT25H' });
    expect((await before.through(client).history()).map(({ event }) => event)).toEqual(['start', 'deliverCode.done', 'restore']);
  });

  test('trusts no device any more after the statements, and accounts are there', async () => {
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

test('every workflow has the state that the statements end its sessions in', () => {
  const states = workflows.latest().map(({ machine }) => machine.states['abandoned']?.type);
  expect(states).toEqual(registry.map(() => 'final'));
});
