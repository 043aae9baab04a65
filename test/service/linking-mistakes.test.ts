/** Providers whose settings are wrong: the operator reads the mistake, and people read that the provider is unavailable. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { comeBack, goToProvider, readyToLink, valueIn } from '../support/linking.ts';
import { type ChildService, startChild } from '../support/process.ts';
import { ScriptedProvider } from '../support/scripted-openid-provider.ts';
import { Client, quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

let secret: ScriptedProvider;
let issuer: ScriptedProvider;
let child: ChildService;
let client: Client;
let database: TestDatabase;

beforeAll(async () => {
  [secret, issuer] = await Promise.all([ScriptedProvider.start(), ScriptedProvider.start()]);
  secret.tokens = { status: 401, body: { error: 'invalid_client' } };
  issuer.metadata = { issuer: 'https://other.example' };
  database = await testDatabase(quickDatabase);
  child = await startChild({
    ...database.environment,
    LOG_LEVEL: 'warn',
    SANDBOX: 'true',
    OIDC_PROVIDERS: JSON.stringify([
      { ...secret.setting, name: 'secret' },
      { ...issuer.setting, name: 'issuer', prompt: 'login' },
    ]),
  });
  client = new Client(child.url);
});
afterAll(async () => {
  await child.kill();
  await database.remove();
  await Promise.all([secret.close(), issuer.close()]);
});

/** The lines of the log that contain the text. */
const lines = (text: string) =>
  child
    .stderr()
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => JSON.parse(line));

const wrongSecret = () =>
  'secret: expected that the provider accepts clientId and clientSecret of client:1 by client_secret_basic, actual invalid_client (401)';
const wrongIssuer = () => `issuer: expected the issuer ${issuer.issuer}, actual https://other.example`;

test('the start warns of each', async () => {
  await vi.waitFor(() => {
    expect(lines(wrongSecret())).toMatchObject([{ level: 40, provider: 'secret' }]);
    expect(lines(wrongIssuer())).toMatchObject([{ level: 40, provider: 'issuer' }]);
  });
});

test('a wrong issuer is answered as unavailable without a Retry-After, and the log has one line', async () => {
  const setup = await readyToLink(client, 'issuer@example.com');
  const before = lines(wrongIssuer()).length;
  const { status, body, headers } = await setup.send('link-account', { provider: 'issuer' });
  expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', null]);
  expect(body.detail).toBe("The provider can't be used until the operator of this service has corrected its settings.");
  await vi.waitFor(() => expect(lines(wrongIssuer()).length - before).toBe(1));
});

test.each([
  ['access_denied', 'refused', 'was told that you declined', 0],
  ['login_required', 'refused', 'was told that you declined', 0],
  ['server_error', 'unavailable', 'The provider reported an error', 1],
  ['temporarily_unavailable', 'unavailable', 'The provider reported an error', 1],
  ['invalid_scope', 'unavailable', 'The provider reported an error', 1],
  ['unmet_authentication_requirements', 'unavailable', 'The provider reported an error', 1],
])('a person who comes back with %s reads that the link is %s, on a page and after another visit', async (error, failure, text, count) => {
  const setup = await readyToLink(client, `${error}@example.com`);
  const state = new URL(await goToProvider(setup, 'secret')).searchParams.get('state') ?? '';
  const address = `/oauth/callback?error=${error}&state=${state}`;
  for (const page of [text, 'Your answer was received', 'Your answer was received']) {
    const { status, body } = await comeBack(client, address);
    expect([status, body]).toEqual([200, expect.stringContaining(page)]);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: failure } });
  }
  expect(lines(`secret: expected a code, or an error such as access_denied, actual ${error}`)).toHaveLength(count);
  expect((await setup.send('skip-link')).body.outcome).toBe('complete');
});

test('a wrong secret makes the link unavailable at once, and is no refusal of the provider', async () => {
  const setup = await readyToLink(client, 'secret@example.com');
  const url = await goToProvider(setup, 'secret');
  const before = lines(wrongSecret()).length;
  const state = new URL(url).searchParams.get('state') ?? '';
  const page = await comeBack(client, `/oauth/callback?code=x&state=${state}`);
  await setup.send('confirm-link', { value: valueIn(page) });
  expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'unavailable' } });
  await vi.waitFor(() => expect(lines(wrongSecret()).length - before).toBe(1));
  expect(child.stderr()).not.toContain(secret.clientSecret);
});
