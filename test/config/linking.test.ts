/** The settings of linking: OpenID providers, and the allowed return addresses. */
import { expect, test } from 'vitest';
import { read, refusal } from '../support/settings.ts';

const acme = { name: 'acme', issuer: 'https://login.acme.example', clientId: 'us', clientSecret: 'between us' };
const setting = (...providers: unknown[]) => ({ OIDC_PROVIDERS: JSON.stringify(providers) });

test('without settings there is no provider; otherwise those that are named', () => {
  expect(read({}).linkProviders).toEqual([]);
  const local = { ...acme, name: 'local', issuer: 'http://127.0.0.1:9000' };
  expect(read(setting(acme, local)).linkProviders).toEqual([acme, local]);
});

test.each([
  ['what is no JSON', { OIDC_PROVIDERS: 'acme' }, 'must be JSON'],
  ['what is no list', { OIDC_PROVIDERS: '{}' }, 'Expected array'],
  ['a provider without a secret', setting({ ...acme, clientSecret: undefined }), '/0/clientSecret'],
  ['a member that means nothing', setting({ ...acme, colour: 'red' }), '/0/colour'],
  ['a name that is none in an address', setting({ ...acme, name: 'Acme Inc' }), '/0/name'],
  ['an issuer without TLS', setting({ ...acme, issuer: 'http://login.acme.example' }), "the issuer of 'acme' must be an https:// URL"],
  ['an issuer that is no URL', setting({ ...acme, issuer: 'acme' }), "the issuer of 'acme' must be an https:// URL"],
  ['a name twice', setting(acme, { ...acme, clientId: 'others' }), 'names a provider twice'],
])('%s is refused', (_, environment, message) => {
  const said = refusal(environment);
  expect(said).toContain(message);
  expect(said).toMatch(/^OIDC_PROVIDERS/);
  expect(said).not.toContain(acme.clientSecret);
});

test('people return to pages of the service by default, and otherwise only to exactly the named addresses', () => {
  expect(read({}).linkReturnUrls).toEqual([]);
  const urls = ['https://app.example.com/linked?tab=1', 'http://127.0.0.1:8080/linked'];
  expect(read({ LINK_RETURN_URLS: urls.join(', ') }).linkReturnUrls).toEqual(urls);
});

test.each(['http://app.example.com/linked', 'https://app.example.com/#linked', 'https://user@app.example.com/', 'app://linked', 'linked'])(
  'nobody returns to %s',
  (url) => {
    expect(refusal({ LINK_RETURN_URLS: url })).toContain('is not an https:// URL without a fragment');
  },
);
