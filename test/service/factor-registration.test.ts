/** The registration of a factor: only the owner of the account enrols one, and only after proving to be present for this purpose. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInModules } from '../../src/modules/built-in.ts';
import { createService } from '../../src/service/service.ts';
import { sandboxRegistrations } from '../support/sandbox-registration.ts';
import { Client, type Json, quickDatabase, testDatabase } from '../support/service.ts';

const password = 'a quiet evening in Porto';

describe('the registration of a factor', () => {
  let stop: () => Promise<void>;
  let client: Client;
  beforeAll(async () => {
    const database = await testDatabase(quickDatabase);
    const service = await createService({
      modules: [...builtInModules(), sandboxRegistrations()],
      config: database.environment,
    });
    client = new Client((await service.listen()).url);
    stop = async () => {
      await service.stop();
      await database.remove();
    };
  });
  afterAll(() => stop());

  let people = 0;
  const person = async (more: object = {}) => {
    people += 1;
    const email = `registers.${people}@example.com`;
    const { body } = await client.post('/sandbox/accounts', { email, password, trustedDevice: true, ...more });
    const login = await client.post('/v1/login-verifications', { email, password, deviceToken: body.deviceToken });
    return { id: body.id as string, email, token: login.body.accessToken as string };
  };
  type Person = Awaited<ReturnType<typeof person>>;
  const begin = async ({ token }: Person, body: object = {}): Promise<Json> =>
    (await client.post('/v1/sandbox-registrations', body, { token })).body;
  const send = async (session: Json, event: string, body: object): Promise<Json> =>
    (await client.post(`/v1/sandbox-registrations/${session.id}/${event}`, body, { token: session.sessionToken })).body;

  test('begins with a code to the owner, shows the secret only afterwards, and tells the owner', async () => {
    const jane = await person();
    const begun = await begin(jane, { name: 'Jane’s app' });
    expect(begun).toMatchObject({ data: { enrolment: null, channel: 'email' } });
    expect((await send(begun, 'enrol-factor', { code: 'correct' })).code).toBe('event-not-accepted');
    const confirmed = await send(begun, 'submit-code', { code: await client.codeFor(jane.email) });
    expect(confirmed).toMatchObject({ state: 'enrollingFactor', data: { enrolment: {} } });
    expect((await send(begun, 'enrol-factor', { failure: 'cancelled' })).state).toBe('enrollingFactor');
    expect((await send(begun, 'enrol-factor', { code: 'wrong' })).code).toBe('wrong-factor');
    expect(await send(begun, 'enrol-factor', { code: 'correct' })).toMatchObject({ outcome: 'enrolled', data: { enrolment: null } });
    await expect.poll(async () => (await client.messages(jane.email))[0].notice).toBe('factor-added');
  });

  test('is confirmed by a factor that the account has, and by no code to its mailbox then', async () => {
    const jane = await person();
    await client.post(`/sandbox/accounts/${jane.id}/factor`, { version: 1, isDemanded: false });
    const begun = await begin(jane, { factor: 'code' });
    expect(begun.state).toBe('confirming.provingFactor');
    expect((await send(begun, 'choose-factor', { factor: 'code' })).code).toBe('factor-too-weak');
    expect((await send(begun, 'prove-factor', { code: 'correct' })).state).toBe('enrollingFactor');
    expect(await client.codes(jane.email)).toEqual([]);
  });

  test('ends when the credential has become another account’s', async () => {
    const jane = await person();
    const begun = await begin(jane);
    await send(begun, 'submit-code', { code: await client.codeFor(jane.email) });
    expect((await send(begun, 'enrol-factor', { code: 'taken' })).outcome).toBe('denied');
  });

  const leavings = {
    'the password was changed': ({ id }: Person) =>
      client.post(`/sandbox/accounts/${id}/password`, { password: 'another evening in Lisbon' }),
    'its login has ended': ({ token }: Person) => client.call('DELETE', '/v1/me/login', { token }),
  };

  describe.each(Object.entries(leavings))('ends when %s', (_, leave) => {
    test('before the code is entered', async () => {
      const jane = await person();
      const begun = await begin(jane);
      const code = await client.codeFor(jane.email);
      await leave(jane);
      expect(await send(begun, 'submit-code', { code })).toMatchObject({ code: 'account-changed', session: { outcome: 'denied' } });
    });

    test('before a factor is proved', async () => {
      const jane = await person();
      await client.post(`/sandbox/accounts/${jane.id}/factor`, { version: 1, isDemanded: false });
      const begun = await begin(jane);
      await leave(jane);
      expect(await send(begun, 'prove-factor', { code: 'correct' })).toMatchObject({
        code: 'account-changed',
        session: { outcome: 'denied' },
      });
    });

    test('before the new factor is shown to work', async () => {
      const jane = await person();
      const begun = await begin(jane);
      await send(begun, 'submit-code', { code: await client.codeFor(jane.email) });
      await leave(jane);
      expect(await send(begun, 'enrol-factor', { code: 'correct' })).toMatchObject({
        code: 'account-changed',
        session: { outcome: 'denied' },
      });
    });
  });

  test('needs the token of a login', async () => {
    expect((await client.post('/v1/sandbox-registrations', {})).status).toBe(401);
  });
});
