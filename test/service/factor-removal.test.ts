/** An owner removes the authenticator app or the backup codes: with a recent second factor, once, and with a notice. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Factors } from '../../src/accounts/factors.ts';
import type { Factor, FactorSession } from '../../src/common/factor.ts';
import { accounts, createService, defineModule } from '../../src/index.ts';
import { accountKey } from '../../src/modules/accounts/services.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { AccountHolder } from '../support/account-holder.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { Client, quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let service: Awaited<ReturnType<typeof createService>>;
let client: Client;
let factors = new Factors({ preferredFactor: async () => null, preferFactor: async () => {} });
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  const watcher = defineModule({
    name: 'watcher',
    needs: [accounts()],
    open: (host) => {
      ({ factors } = host.use(accountKey));
    },
  });
  service = await createService({ modules: [...builtInModules(), watcher], config: database.environment });
  client = new Client((await service.listen()).url);
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

const now = () => client.clock({ advance: 'PT0S' });
const notices = async ({ email }: AccountHolder, name: string) => (await client.messages(email)).filter(({ notice }) => notice === name);

function factorNamed(name: string): Factor {
  const factor = factors.named(name);
  if (factor === undefined) throw new Error(`There is no factor ${name}`);
  return factor;
}

describe.each([
  {
    name: 'authenticator-app',
    path: '/v1/me/authenticator-app',
    notice: 'authenticator-app-removed',
    says: 'no longer work',
    codesOf: ({ address }: Record<string, unknown>, at: number) =>
      [0, 1].map((step) => new AuthenticatorApp(String(address)).codeAt(at + step * 30_000)),
  },
  {
    name: 'backup-code',
    path: '/v1/me/backup-codes',
    notice: 'backup-codes-removed',
    says: 'None of them works',
    codesOf: ({ codes }: Record<string, unknown>) => codes as string[],
  },
])('the factor $name', ({ name, path, notice, says, codesOf }) => {
  /** The owner of an account with the factor. */
  async function owner() {
    const holder = await AccountHolder.make(client);
    const factor = factorNamed(name);
    const at = await now();
    const session: FactorSession = { id: randomUUID(), keyId: await keyId(), workflow: 'test', accountId: holder.id, request: 1, at };
    const [code = '', next = ''] = codesOf(await factor.enrolment(session, { email: holder.email }), at);
    const verdict = await factor.verifyEnrolment({ code }, session);
    if (verdict.result !== 'correct') throw new Error('The enrolment was refused');
    await factor.enrol(verdict.credential, { accountId: holder.id, key: randomUUID(), name: null, at });
    const prove = async () => factor.verify({ code: next }, { ...session, id: randomUUID() }, randomUUID());
    return { holder, prove, version: () => factor.version(holder.id), token: (await holder.login()).token };
  }
  const remove = (token: string) => client.call('DELETE', path, { token });

  test('is gone at once, and its owner is told', async () => {
    const { holder, prove, version, token } = await owner();
    const { status, body } = await remove(token);
    expect([status, body, await version(), await prove()]).toEqual([204, '', null, { result: 'wrong' }]);
    await expect.poll(() => notices(holder, notice)).toHaveLength(1);
    expect((await notices(holder, notice))[0].text).toContain(says);
    expect((await remove(token)).status).toBe(404);
    await now();
    expect(await notices(holder, notice)).toHaveLength(1);
  });

  test('is removed by its owner alone, with a recent second factor', async () => {
    const { holder, version, token } = await owner();
    const other = await AccountHolder.make(client);
    expect((await client.call('DELETE', path)).status).toBe(401);
    expect((await remove((await other.login()).token)).status).toBe(404);
    const weak = await remove((await holder.loginOnDevice()).token);
    expect([weak.status, weak.body.code]).toEqual([401, 'second-factor-required']);
    expect([(await version()) !== null, await notices(holder, notice)]).toEqual([true, []]);
    await client.clock({ advance: 'PT21M' });
    expect((await remove(token)).status).toBe(401);
    expect(await version()).not.toBeNull();
  });

  test('is removed once by requests of several logins at once, with one notice', async () => {
    const { holder, token } = await owner();
    const tokens = [token, token, (await holder.login()).token];
    const answers = await Promise.all(tokens.map(remove));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404]);
    await now();
    expect(await notices(holder, notice)).toHaveLength(1);
  });

  test('is used or removed: a use after the removal fails', async () => {
    const { prove, version, token } = await owner();
    const [answer, verdict] = await Promise.all([remove(token), prove()]);
    expect([answer.status, await version()]).toEqual([204, null]);
    expect(['correct', 'wrong']).toContain(verdict.result);
    expect(await prove()).toEqual({ result: 'wrong' });
  });
});

/** The id of the secret key of this service. */
async function keyId(): Promise<string> {
  const [key] = (await client.get('/.well-known/jwks.json')).body.keys;
  return String(key.kid).replace(/-es256$/, '');
}
