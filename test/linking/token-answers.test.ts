/** The answers of token endpoints: a refused code is the person's, an unusable answer is a line in the log, and an outage passes. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChannelUnavailable } from '../../src/engine/errors.ts';
import { LinkProviders } from '../../src/linking/link-providers.ts';
import { ScriptedProvider } from '../support/scripted-openid-provider.ts';

let acme: ScriptedProvider;
beforeEach(async () => {
  acme = await ScriptedProvider.start();
  acme.claims = { nonce: 'nonce' };
});
afterEach(() => acme.close());

const client = () => new LinkProviders([acme.setting], 'https://verify.example/oauth/callback', Date.now);

/** @returns the identity, null for a refused code, or the error with the fact that it passes */
async function exchanged(query = 'code=x&state=s'): Promise<unknown> {
  try {
    return await client().exchange({ provider: 'acme', query, state: 's', nonce: 'nonce', verifier: 'v'.repeat(43) });
  } catch (error) {
    if (error instanceof ChannelUnavailable) return [error.message, error.isPassing];
    throw error;
  }
}

const unusable = (actual: string) => [
  `acme: expected an ID token, or an error such as invalid_grant, from the token endpoint, actual ${actual}`,
  false,
];
const body = { access_token: 'a', token_type: 'Bearer' };

test.each(['invalid_grant', 'interaction_required', 'consent_required', 'access_denied'])('%s refuses the code', async (error) => {
  acme.tokens = { status: 400, body: { error } };
  expect(await exchanged()).toBeNull();
});

test.each(['invalid_request', 'invalid_target', 'an_error_of_another_standard'])(
  '%s is about the request, and no refusal of the person',
  async (error) => {
    acme.tokens = { status: 400, body: { error } };
    expect(await exchanged()).toEqual(unusable(`${error} (400)`));
    expect(await client().check('acme')).toBeNull();
  },
);

test.each(['server_error', 'temporarily_unavailable'])('%s passes, whatever its status', async (error) => {
  acme.tokens = { status: 400, body: { error } };
  expect(await exchanged()).toEqual(['acme does not answer', true]);
});

test.each([
  [302, {}, '302'],
  [400, { error: { code: 1, message: 'An error by another scheme' } }, '400'],
  [403, { message: 'forbidden' }, '403'],
  [404, {}, '404'],
  [200, body, '"response" body "id_token" property must be a string'],
  [200, { ...body, id_token: 'x.y.z' }, 'The string to be decoded is not correctly encoded.'],
  [200, { error: 'invalid_grant' }, '"response" body "access_token" property must be a string'],
])('an answer %i with %o is no refusal of the person', async (status, answer, actual) => {
  acme.tokens = { status, body: answer, headers: status === 302 ? { location: '/elsewhere' } : {} };
  expect(await exchanged()).toEqual(unusable(actual));
});

test('a 401 by another scheme is about the secret', async () => {
  acme.tokens = { status: 401, body: { message: 'Unauthorized' } };
  const line = 'acme: expected that the provider accepts clientId and clientSecret of client:1 by client_secret_basic, actual 401';
  expect(await exchanged()).toEqual([line, false]);
  expect(await client().check('acme')).toBe(line);
});

test.each(['code=x&state=another', 'code=x&state=s&iss=https://other.example'])(
  'an answer to another request is refused: %s',
  async (query) => {
    expect(await exchanged(query)).toBeNull();
    expect(acme.requests).toEqual([]);
  },
);

test.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])(
  'metadata without a usable %s are a mistake before anybody goes to the provider',
  async (name) => {
    for (const [value, actual] of [
      [undefined, 'nothing'],
      ['ftp://acme.example/x', 'ftp://acme.example/x'],
      ['/token', '/token'],
    ]) {
      acme.metadata = { [name]: value };
      const line = `acme: expected an https:// address as ${name} in the metadata, actual ${actual}`;
      await expect(client().request('acme')).rejects.toMatchObject({ message: line, isPassing: false });
      expect(await client().check('acme')).toBe(line);
    }
  },
);

test('an issuer of many tenants is a mistake that says what to write', async () => {
  const issuer = `${acme.issuer}/{tenantid}/v2.0`;
  acme.metadata = { issuer };
  const line = `acme: expected the issuer ${acme.issuer}, actual ${issuer}: write the issuer of one tenant`;
  expect(await client().check('acme')).toBe(line);
});

test.each([
  ['a slash at the end of the setting', (issuer: string) => [`${issuer}/`, issuer]],
  ['a slash at the end of the metadata', (issuer: string) => [issuer, `${issuer}/`]],
  ['a path', (issuer: string) => [`${issuer}/tenant/v2`, `${issuer}/tenant/v2`]],
])('an issuer with %s is the same issuer', async (_, spelled) => {
  const [issuer = '', actual = ''] = spelled(acme.issuer);
  acme.metadata = { issuer: actual };
  acme.claims = { nonce: 'nonce', iss: actual };
  const providers = new LinkProviders([{ ...acme.setting, issuer }], 'https://verify.example/oauth/callback', Date.now);
  const answer = { provider: 'acme', query: 'code=x&state=s', state: 's', nonce: 'nonce', verifier: 'v'.repeat(43) };
  expect(await providers.exchange(answer)).toEqual({ issuer: actual, subject: 'jane' });
});
