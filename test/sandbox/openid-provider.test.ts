/** The sandbox's OpenID provider: the requests that it accepts and refuses, as the standards require. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeLifetimeMs, type Decision, isSubject, OpenIdProvider } from '../../src/sandbox/openid-provider.ts';

const issuer = 'https://verify.example/sandbox/openid';
const redirectUri = 'https://verify.example/oauth/callback';
const client = { id: 'verification', secret: 'between the two', redirectUri };
const grants = Buffer.alloc(32, 7);
const { privateKey: identities } = generateKeyPairSync('ed25519');
const worldTime = Date.parse('2026-01-01T00:00:00Z');
const verifier = 'a-verifier-that-only-the-client-knows-0123456789';
const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url');

const request = {
  client_id: client.id,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid',
  code_challenge: challengeOf(verifier),
  code_challenge_method: 'S256',
  state: 'the state',
  nonce: 'the nonce',
};

let now = 0;
let linked: string[] = [];
let used = new Set<string>();

function providerWith(keyId = 'k1'): OpenIdProvider {
  return new OpenIdProvider({
    issuer,
    client,
    keys: [{ id: keyId, grants, identities }],
    now: async () => now,
    worldTime: () => worldTime,
    useOnce: async (code) => !used.has(code) && used.add(code).size > 0,
    linkToSomebody: async (subject) => {
      linked.push(subject);
    },
  });
}

const provider = providerWith();

beforeEach(() => {
  now = Date.parse('2030-01-01T00:00:00Z');
  [linked, used] = [[], new Set()];
});

async function answerOf(decision: Decision): Promise<URLSearchParams> {
  const asked = provider.asked(new URLSearchParams(request));
  if (asked.kind !== 'asked') throw new Error('It was not asked');
  const address = await provider.decide(asked.request, decision, 'jane@example.com');
  expect(address.startsWith(`${redirectUri}?`)).toBe(true);
  return new URL(address).searchParams;
}

const codeOf = async (decision: Decision = 'agree') => (await answerOf(decision)).get('code') ?? '';

function exchange(code: string, changes: Readonly<Record<string, string>> = {}, by = provider) {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return by.exchange(new URLSearchParams({ ...form, client_id: client.id, client_secret: client.secret, ...changes }));
}

describe('a code', () => {
  test('is exchanged for the person’s signed identity, by the client that requested it', async () => {
    const answer = await answerOf('agree');
    expect([answer.get('state'), answer.get('iss')]).toEqual(['the state', issuer]);
    const { status, body } = await exchange(answer.get('code') ?? '');
    expect([status, body['token_type']]).toEqual([200, 'Bearer']);
    const keys = createLocalJWKSet(await provider.publicKeys());
    const checks = { issuer, audience: client.id, currentDate: new Date(worldTime), algorithms: ['EdDSA'] };
    const { payload } = await jwtVerify(String(body['id_token']), keys, checks);
    expect(payload).toMatchObject({ sub: 'jane@example.com', nonce: 'the nonce', iat: worldTime / 1000 });
  });

  test('is used once', async () => {
    const code = await codeOf();
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('that was presented with a wrong value can still be exchanged', async () => {
    const code = await codeOf();
    await exchange(code, { code_verifier: 'x'.repeat(43) });
    expect((await exchange(code)).status).toBe(200);
  });

  test('is valid for a minute of the sandbox’s clock', async () => {
    const [early, late] = [await codeOf(), await codeOf()];
    now += codeLifetimeMs - 1;
    expect((await exchange(early)).status).toBe(200);
    now += 1;
    expect((await exchange(late)).body).toEqual({ error: 'invalid_grant' });
  });

  test('is valid in another process with the same key, and invalid with another key', async () => {
    expect((await exchange(await codeOf(), {}, providerWith())).status).toBe(200);
    expect((await exchange(await codeOf(), {}, providerWith('k2'))).body).toEqual({ error: 'invalid_grant' });
  });

  test('is neither a text of another signer nor an identity token', async () => {
    const forged = await new SignJWT({ redirectUri, challenge: challengeOf(verifier), decision: 'agree' })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .setAudience(issuer)
      .setSubject('jane@example.com')
      .setExpirationTime(now / 1000 + 30)
      .setJti('1')
      .sign(Buffer.alloc(32, 8));
    const identity = String((await exchange(await codeOf())).body['id_token']);
    for (const code of [forged, identity, '', 'nonsense']) expect((await exchange(code)).body).toEqual({ error: 'invalid_grant' });
  });
});

describe('a request for a token is refused', () => {
  test.each([
    ['with another verifier', { code_verifier: 'y'.repeat(48) }, 400, 'invalid_grant'],
    ['with a verifier that is too short', { code_verifier: 'short' }, 400, 'invalid_grant'],
    ['without a verifier', { code_verifier: '' }, 400, 'invalid_grant'],
    ['with the challenge for a verifier', { code_verifier: challengeOf(verifier) }, 400, 'invalid_grant'],
    ['with another address', { redirect_uri: `${redirectUri}/` }, 400, 'invalid_grant'],
    ['of another client', { client_id: 'others' }, 401, 'invalid_client'],
    ['without the secret', { client_secret: '' }, 401, 'invalid_client'],
    ['with another secret', { client_secret: 'between the twos' }, 401, 'invalid_client'],
    ['for something else than a code', { grant_type: 'refresh_token' }, 400, 'unsupported_grant_type'],
  ])('%s', async (_, changes, status, error) => {
    expect(await exchange(await codeOf(), changes)).toEqual({ status, body: { error } });
  });

  test('with a parameter twice', async () => {
    const form = new URLSearchParams({ client_id: client.id, client_secret: client.secret });
    form.append('client_id', client.id);
    expect((await provider.exchange(form)).body).toEqual({ error: 'invalid_request' });
  });
});

describe('a person', () => {
  test('is not sent to an address outside the client’s', () => {
    for (const changes of [{ redirect_uri: 'https://evil.example' }, { redirect_uri: `${redirectUri}?a` }, { client_id: 'others' }])
      expect(provider.asked(new URLSearchParams({ ...request, ...changes }))).toEqual({ kind: 'nobody' });
  });

  test.each([
    ['invalid_request', { code_challenge: '' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_scope', { scope: 'profile' }],
  ])('returns with %s for %o', (error, changes) => {
    const asked = provider.asked(new URLSearchParams({ ...request, ...changes }));
    const answer = new URL(asked.kind === 'wrong' ? asked.address : 'about:blank').searchParams;
    expect([answer.get('error'), answer.get('state'), answer.get('iss'), answer.has('code')]).toEqual([error, 'the state', issuer, false]);
  });

  test.each([
    ['refuse', 'access_denied'],
    ['error', 'server_error'],
  ] as const)('who decides to %s comes back with %s', async (decision, error) => {
    const answer = await answerOf(decision);
    expect([answer.get('error'), answer.get('state'), answer.has('code')]).toEqual([error, 'the state', false]);
  });

  test('can make the exchange fail afterwards', async () => {
    expect((await exchange(await codeOf('agree-withdrawn'))).body).toEqual({ error: 'invalid_grant' });
    expect((await exchange(await codeOf('agree-unavailable'))).status).toBe(503);
    expect(linked).toEqual([]);
    expect((await exchange(await codeOf('agree-linked'))).status).toBe(200);
    expect(linked).toEqual(['jane@example.com']);
  });

  test('has a name of up to 255 ASCII characters, without spaces around them', () => {
    for (const subject of ['a', 'jane@example.com', 'Jane Doe', 'x'.repeat(255)])
      expect([subject, isSubject(subject)]).toEqual([subject, true]);
    for (const subject of ['', ' a', 'a ', 'jörg', 'a\nb', 'x'.repeat(256)])
      expect([subject, isSubject(subject)]).toEqual([subject, false]);
  });
});
