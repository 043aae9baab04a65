/** The passkeys of an account for its owner: listed, named, removed with a recent second factor, and the owner is told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountKey } from '../../src/modules/accounts/services.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { defineModule, type Module } from '../../src/modules/module.ts';
import { passkeys } from '../../src/modules/passkeys/passkeys.ts';
import { createService, type Service } from '../../src/service/service.ts';
import { SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { AccountHolder } from '../support/account-holder.ts';
import { enrolledAt, sessionOf } from '../support/passkeys.ts';
import { Client, databaseKinds, type Json, type TestDatabase, testDatabase } from '../support/service.ts';

type Factors = NonNullable<typeof accountKey.services>['factors'];

describe.each(databaseKinds)('passkeys on %s', (kind) => {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  let factors: Factors;
  beforeAll(async () => {
    database = await testDatabase(kind);
    const reader: Module = defineModule({
      name: 'reader',
      needs: [passkeys()],
      open: (host) => {
        factors = host.use(accountKey).factors;
      },
    });
    service = await createService({ modules: [...builtInModules(), reader], config: database.environment });
    client = new Client((await service.listen()).url);
  });
  afterAll(async () => {
    await service?.stop();
    await database?.remove();
  });

  const origin = () => client.url.replace('127.0.0.1', 'localhost');
  const listed = async (token: string): Promise<Json[]> => (await client.get('/v1/me/passkeys', token)).body.passkeys;
  const notices = async (email: string) => (await client.messages(email)).filter(({ notice }) => notice === 'passkey-removed');

  async function enrol(holder: AccountHolder, name: string | null = null): Promise<SoftwareAuthenticator> {
    const factor = factors.named('passkey') ?? expect.fail('no factor');
    const authenticator = new SoftwareAuthenticator({ origin: origin() });
    const { body } = await client.get('/sandbox/clock');
    const session = sessionOf(holder.id, { keyId: 'local', at: Date.parse(body.now) });
    const verdict = await factor.verifyEnrolment({ credential: authenticator.create(await factor.enrolment(session, holder)) }, session);
    if (verdict.result !== 'correct') return expect.fail(verdict.result);
    expect(await factor.enrol(verdict.credential, { accountId: holder.id, key: session.id, name, at: enrolledAt })).toBe('enrolled');
    return authenticator;
  }

  test('are a factor of accounts that a page of another site can not use', async () => {
    const holder = await AccountHolder.make(client);
    expect(await factors.of(holder.id)).toEqual([]);
    await enrol(holder);
    expect(await factors.of(holder.id)).toMatchObject([{ factor: { name: 'passkey', isPhishingResistant: true, isGuessable: false } }]);
  });

  test('are at most twenty: no further registration begins, and it says why', async () => {
    const holder = await AccountHolder.make(client);
    const { token } = await holder.login();
    for (let n = 0; n < 20; n += 1) await enrol(holder);
    const { status, body } = await client.post('/v1/passkey-registrations', {}, { token });
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'factor-limit' });
    expect(body.session).toBeUndefined();
    const [{ id }] = (await listed(token)) as [Json];
    expect((await client.call('DELETE', `/v1/me/passkeys/${id}`, { token })).status).toBe(204);
    expect((await client.post('/v1/passkey-registrations', {}, { token })).status).toBe(201);
  });

  test('are listed with their names and times, and can be named', async () => {
    const holder = await AccountHolder.make(client);
    const { token } = await holder.login();
    expect(await listed(token)).toEqual([]);
    await enrol(holder, 'Phone');
    const [passkey] = await listed(token);
    expect(passkey).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Phone',
      createdAt: new Date(enrolledAt).toISOString(),
      lastUsedAt: null,
      backedUp: false,
    });
    const rename = (id: string, body: unknown) => client.call('PATCH', `/v1/me/passkeys/${id}`, { token, body });
    expect((await rename(passkey.id.toUpperCase(), { name: 'Näme 🔑' })).status).toBe(204);
    expect((await listed(token))[0].name).toBe('Näme 🔑');
    for (const body of [{}, { name: '' }, { name: 'two\nlines' }, { name: 'a'.repeat(61) }, { name: 'x', more: 1 }])
      expect([body, (await rename(passkey.id, body)).status]).toEqual([body, 400]);
    for (const id of ['nonsense', holder.id]) expect((await rename(id, { name: 'x' })).status).toBe(404);
  });

  test('are removed with a recent second factor alone, at once, and the owner is told once', async () => {
    const holder = await AccountHolder.make(client);
    const { token } = await holder.login();
    await enrol(holder);
    const authenticator = await enrol(holder);
    const weak = await holder.loginOnDevice();
    const [passkey, other] = await listed(weak.token);
    const remove = (of: string, id: string) => client.call('DELETE', `/v1/me/passkeys/${id}`, { token: of });
    expect((await remove(weak.token, passkey.id)).body.code).toBe('second-factor-required');
    for (const { id } of [other, passkey]) expect((await remove(token, id)).status).toBe(204);
    expect((await remove(token, passkey.id)).status).toBe(404);
    expect(await listed(token)).toEqual([]);
    await expect.poll(async () => (await notices(holder.email)).length).toBe(2);
    expect((await client.get('/v1/me', weak.token)).status).toBe(200);
    expect(authenticator.credentialIds).toHaveLength(1);
  });

  test('can be given to an account of the sandbox', async () => {
    const holder = await AccountHolder.make(client);
    const { token } = await holder.login();
    const authenticator = new SoftwareAuthenticator({ origin: origin(), backupEligible: true });
    const give = (id: string) => (key: object) => client.post(`/sandbox/accounts/${id}/passkeys`, { ...key, name: 'Test' });
    let made = {};
    await authenticator.arrange(async (key) => {
      made = key;
      return (await give(holder.id)(key)).body;
    });
    expect(await listed(token)).toMatchObject([{ name: 'Test', backedUp: true }]);
    const factor = factors.named('passkey') ?? expect.fail('no factor');
    const session = sessionOf(holder.id, { keyId: 'local' });
    const verdict = await factor.verify({ credential: authenticator.get(await factor.request(session)) }, session, 'attempt');
    expect(verdict).toEqual({ result: 'correct', methods: ['swk', 'user', 'mfa'] });
    expect((await give(holder.id)(made)).status).toBe(400);
    expect((await give(sessionOf('').id)({ ...made, credentialId: 'a'.repeat(20) })).status).toBe(404);
  });

  test('of other owners are not found', async () => {
    const [mine, theirs] = [await AccountHolder.make(client), await AccountHolder.make(client)];
    const [own, { token }] = [await mine.login(), await theirs.login()];
    await enrol(mine);
    const [passkey] = await listed(own.token);
    expect((await client.call('DELETE', `/v1/me/passkeys/${passkey.id}`, { token })).status).toBe(404);
    expect((await client.call('PATCH', `/v1/me/passkeys/${passkey.id}`, { token, body: { name: 'x' } })).status).toBe(404);
    const path = `/v1/me/passkeys/${passkey.id}`;
    expect((await client.get('/v1/me/passkeys')).status).toBe(401);
    expect((await client.call('DELETE', path)).status).toBe(401);
    expect((await client.call('PATCH', path, { body: { name: 'x' } })).status).toBe(401);
    expect(await notices(mine.email)).toEqual([]);
  });
});
