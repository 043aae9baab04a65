/** The client at OpenID providers: its authentication, the mistakes that only an operator can correct, and the prompt. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChannelUnavailable } from '../../src/engine/errors.ts';
import { LinkProviders, type ProviderConfig } from '../../src/linking/link-providers.ts';
import { ScriptedProvider } from '../support/scripted-openid-provider.ts';

const callbackUrl = 'https://verify.example/oauth/callback';

let acme: ScriptedProvider;
beforeEach(async () => {
  acme = await ScriptedProvider.start();
});
afterEach(() => acme.close());

const client = (setting: ProviderConfig = acme.setting) => new LinkProviders([setting], callbackUrl, Date.now);

/** The exchange of the code that the person brings. */
function exchanged(nonce = 'nonce') {
  acme.claims = { nonce: 'nonce', ...acme.claims };
  return client().exchange({ provider: 'acme', query: 'code=x&state=s', state: 's', nonce, verifier: 'v'.repeat(43) });
}

/** @returns the error that an operator must act on, or that passes */
async function failure(attempt: Promise<unknown>): Promise<ChannelUnavailable> {
  const error = await attempt.then(
    () => expect.fail('no error'),
    (cause: unknown) => cause,
  );
  return error instanceof ChannelUnavailable ? error : Promise.reject(error);
}

describe('the client sends its secret', () => {
  // Both values are form-encoded before base64 (RFC 6749, 2.3.1).
  const header = `Basic ${Buffer.from('client%3A1:a%2Bb%2Fc+d%25').toString('base64')}`;

  test.each([
    ['if the metadata say nothing', undefined],
    ['if the metadata name that method', ['client_secret_basic']],
    ['if the metadata name that method among others', ['client_secret_post', 'client_secret_basic', 'private_key_jwt']],
    ['if the metadata name no method that the client has', ['private_key_jwt']],
  ])('in the header %s', async (_, methods) => {
    acme.metadata = { token_endpoint_auth_methods_supported: methods };
    expect(await exchanged()).toEqual({ issuer: acme.issuer, subject: 'jane' });
    expect(acme.requests).toMatchObject([{ authorization: header }]);
    expect(acme.requests[0]?.form.has('client_secret')).toBe(false);
  });

  test('in the body if the metadata name only that', async () => {
    acme.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    expect(await exchanged()).toMatchObject({ subject: 'jane' });
    expect(acme.requests[0]?.authorization).toBeNull();
    expect(acme.requests[0]?.form.get('client_secret')).toBe(acme.clientSecret);
  });
});

describe('a mistake of the operator is told with expected and actual, and does not pass by itself', () => {
  const refused = 'acme: expected that the provider accepts clientId and clientSecret of client:1 by client_secret_basic, actual';

  test.each([
    ['401', { status: 401, body: { error: 'invalid_client' } }, `${refused} invalid_client (401)`],
    [
      '401 with a challenge',
      { status: 401, body: { error: 'invalid_client' }, headers: { 'www-authenticate': 'Basic realm="acme"' } },
      `${refused} 401`,
    ],
    ['400', { status: 400, body: { error: 'invalid_client' } }, `${refused} invalid_client (400)`],
    ['400, for the client', { status: 400, body: { error: 'unauthorized_client' } }, `${refused} unauthorized_client (400)`],
  ])('a secret that is refused with %s', async (_, tokens, line) => {
    acme.tokens = tokens;
    const error = await failure(exchanged());
    expect([error.message, error.isPassing]).toEqual([line, false]);
    expect(JSON.stringify([error.message, error.detail])).not.toContain(acme.clientSecret);
    expect(await client().check('acme')).toBe(line);
  });

  const at = () => Math.floor(Date.now() / 1000);
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z`;

  test.each([
    ['that is over', () => ({ iat: at() - 900, exp: at() - 600 }), `^acme: expected an ID token with exp after ${time}, actual ${time}$`],
    ['that is not yet valid', () => ({ nbf: at() + 600 }), `^acme: expected an ID token with nbf at or before ${time}, actual ${time}$`],
    [
      'of another issuer',
      () => ({ iss: 'https://other.example' }),
      '^acme: expected an ID token with iss http://.*, actual https://other.example$',
    ],
    ['for another client', () => ({ aud: 'other' }), '^acme: expected an ID token with aud client:1, actual other$'],
  ])('an ID token %s', async (_, claims, line) => {
    acme.claims = claims();
    const error = await failure(exchanged());
    expect([error.message, error.isPassing]).toEqual([expect.stringMatching(line), false]);
  });

  test('an issuer with another name in its metadata', async () => {
    acme.metadata = { issuer: 'https://other.example/tenant' };
    const line = `acme: expected the issuer ${acme.issuer}, actual https://other.example/tenant`;
    const error = await failure(client().request('acme'));
    expect([error.message, error.isPassing]).toEqual([line, false]);
    expect(await client().check('acme')).toBe(line);
  });

  test('an address without metadata', async () => {
    acme.metadataStatus = 404;
    const line = `acme: expected the metadata at ${acme.issuer}/.well-known/openid-configuration, actual 404`;
    const error = await failure(client().request('acme'));
    expect([error.message, error.isPassing]).toEqual([line, false]);
    expect(await client().check('acme')).toBe(line);
  });

  test.each([-60_000, 60_000])('a clock that differs by %i ms', async (clockMs) => {
    acme.clockMs = clockMs;
    expect(await client().check('acme')).toMatch(new RegExp(`^acme: expected the provider's clock at .+Z, actual ${time}$`));
  });
});

test('a provider that is away for a moment passes by itself', async () => {
  acme.metadataStatus = 503;
  expect((await failure(client().request('acme'))).isPassing).toBe(true);
  acme.metadataStatus = 200;
  acme.tokens = { status: 429, body: { error: 'slow_down' } };
  expect((await failure(exchanged())).isPassing).toBe(true);
});

test('a code that the provider refuses, and a wrong nonce, are no mistake of the operator', async () => {
  acme.tokens = { status: 400, body: { error: 'invalid_grant' } };
  expect(await exchanged()).toBeNull();
  expect(await client().check('acme')).toBeNull();
  acme.tokens = null;
  expect(await exchanged('other')).toBeNull();
});

test('ID tokens are checked by the time of the service, whatever the clock of the node says', async () => {
  const away = 3_600_000;
  const at = Math.floor((Date.now() - away) / 1000);
  acme.claims = { nonce: 'nonce', iat: at, exp: at + 600 };
  const providers = new LinkProviders([acme.setting], callbackUrl, () => Date.now() - away);
  const answer = { provider: 'acme', query: 'code=x&state=s', state: 's', nonce: 'nonce', verifier: 'v'.repeat(43) };
  expect(await providers.exchange(answer)).toMatchObject({ subject: 'jane' });
});

test('a check that is ended by the stop reports nothing', async () => {
  const providers = client();
  const checked = providers.check('acme');
  providers.close();
  expect(await checked).toBeNull();
});

test.each([
  [{}, 'consent'],
  [{ prompt: 'login' }, 'login'],
  [{ prompt: 'select_account consent' }, 'select_account consent'],
  [{ prompt: null }, null],
  [{ prompt: '' }, null],
])('the prompt of a provider with %o', async (setting, prompt) => {
  const { url } = await client({ ...acme.setting, ...setting }).request('acme');
  expect(new URL(url('s')).searchParams.get('prompt')).toBe(prompt);
});

test('an endpoint in a private network is a mistake of the settings, unless the operator allows such networks', async () => {
  acme.metadata = { token_endpoint: 'http://10.255.255.1/token' };
  const error = await failure(exchanged());
  expect([error.message, error.isPassing]).toEqual([
    'OIDC_PROVIDERS leads to an address of a private network: allow it with ALLOW_PRIVATE=link-providers, or correct the address',
    false,
  ]);
});
