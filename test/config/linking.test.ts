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
  ['a prompt of other characters', setting({ ...acme, prompt: 'consent&x' }), "the prompt of 'acme' must be words such as consent"],
  ['a prompt that is a number', setting({ ...acme, prompt: 1 }), '/0/prompt'],
  ['a prompt that forbids to ask', setting({ ...acme, prompt: 'none' }), 'For no prompt parameter, write null'],
  ['a name twice', setting(acme, { ...acme, clientId: 'others' }), 'names a provider twice'],
])('%s is refused', (_, environment, message) => {
  const said = refusal(environment);
  expect(said).toContain(message);
  expect(said).toMatch(/^OIDC_PROVIDERS/);
  expect(said).not.toContain(acme.clientSecret);
});

test('a provider may have a prompt of its own, or none', () => {
  const prompts = [{ prompt: 'login' }, { prompt: 'select_account consent' }, { prompt: null }, { prompt: '' }];
  const providers = prompts.map((prompt, index) => ({ ...acme, ...prompt, name: `acme-${index}` }));
  expect(read(setting(...providers)).linkProviders).toEqual(providers);
});

test('people return to pages of the service by default, and otherwise only to exactly the named addresses', () => {
  expect(read({}).linkReturnUrls).toEqual([]);
  const urls = [
    'https://app.example.com/linked?tab=1',
    'http://127.0.0.1:8080/linked',
    'com.example.app:/linked',
    'com.example.app://linked',
  ];
  expect(read({ LINK_RETURN_URLS: urls.join(', ') }).linkReturnUrls).toEqual(urls);
});

test.each([
  'http://app.example.com/linked',
  'https://app.example.com/#linked',
  'https://user@app.example.com/',
  'app://linked',
  'com.example.app:/#linked',
  'com.example:linked',
  'javascript.x:alert(1)',
  'linked',
])('nobody returns to %s', (url) => {
  expect(refusal({ LINK_RETURN_URLS: url })).toContain('is not an https:// URL without a fragment');
});
