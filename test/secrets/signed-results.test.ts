/** Signed results: their claims, and that the public keys are enough to verify them. */
import { createLocalJWKSet, decodeProtectedHeader, type JWTVerifyOptions, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Success } from '../../src/engine/ports.ts';
import { SignedResults } from '../../src/secrets/signed-results.ts';
import { type Algorithm, TokenSigner } from '../../src/secrets/token-signer.ts';
import { keyringOf, sessionId } from './keys.ts';

const [issuer, audience] = ['https://verify.example', 'shop'];
const succeededAt = Date.UTC(2026, 0, 1, 12, 0, 0, 999);
const lifetimeMs = 15 * 60_000;
const result = {
  sessionId,
  keyId: 'a',
  workflow: 'email-verification',
  succeededAt,
  expiresAt: succeededAt + lifetimeMs,
  subject: 'subject',
  claims: { email: 'jane@example.com', email_verified: true },
};

/** A signer with these keys, the current one first. */
function resultsOf(...keys: readonly string[]) {
  return resultsBy('EdDSA', ...keys);
}

function resultsBy(algorithm: Algorithm, ...keys: readonly string[]) {
  const signer = new TokenSigner(keyringOf(...keys), issuer);
  const results = new SignedResults(signer, audience, algorithm);
  return {
    sign: (about: Success) => results.sign(about),
    signNew: (about: Success) => results.signNew(about),
    publicKeys: () => signer.publicKeys(algorithm),
  };
}

async function verify(token: string, by: Pick<TokenSigner, 'publicKeys'>, at = succeededAt, expected: JWTVerifyOptions = {}) {
  const keys = createLocalJWKSet(await by.publicKeys());
  return jwtVerify(token, keys, { issuer, audience, ...expected, currentDate: new Date(at) });
}

describe('a signed result', () => {
  test('claims the issuer, the subject, the audience, the result and the time', async () => {
    const signer = resultsOf('a');
    const { payload, protectedHeader } = await verify(await signer.sign(result), signer);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: 'a', typ: 'verification-result+jwt' });
    expect(payload).toEqual({
      iss: issuer,
      aud: audience,
      sub: 'subject',
      jti: sessionId,
      iat: Math.floor(succeededAt / 1000),
      exp: Math.floor(succeededAt / 1000) + 900,
      workflow: 'email-verification',
      email: 'jane@example.com',
      email_verified: true,
    });
  });

  test('is the same however often it is read', async () => {
    expect(await resultsOf('a').sign(result)).toBe(await resultsOf('a').sign(result));
  });

  test('keeps its standard members, whatever the claims are', async () => {
    const signer = resultsOf('a');
    const claims = { iss: 'https://evil.example', aud: 'evil', sub: 'evil', jti: 'evil', iat: 1, exp: 9_999_999_999, workflow: 'evil' };
    const { payload } = await verify(await signer.sign({ ...result, claims }), signer);
    expect(payload).toMatchObject({ iss: issuer, aud: audience, sub: 'subject', jti: sessionId, workflow: 'email-verification' });
    expect([payload.iat, payload.exp]).toEqual([Math.floor(succeededAt / 1000), Math.floor(succeededAt / 1000) + 900]);
  });

  test('is valid until it expires, for its audience, from its issuer', async () => {
    const signer = resultsOf('a');
    const token = await signer.sign(result);
    await verify(token, signer, succeededAt + lifetimeMs - 1000);
    await expect(verify(token, signer, succeededAt + lifetimeMs)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    for (const expected of [{ audience: 'other' }, { issuer: 'https://other.example' }])
      await expect(verify(token, signer, succeededAt, expected)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  });

  test('is invalid if it was changed, or signed with another key of the same name', async () => {
    const signer = resultsOf('a');
    const [header = '', payload = '', signature = ''] = (await signer.sign(result)).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, email: 'mallory@example.com' })).toString('base64url');
    await expect(verify(`${header}.${changed}.${signature}`, signer)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    const forged = await resultsOf('b').sign({ ...result, keyId: 'b' });
    const renamed = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(forged), kid: 'a' })).toString('base64url');
    await expect(verify([renamed, ...forged.split('.').slice(1)].join('.'), signer)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });
});

test('of ES256 is verified by that algorithm alone, and no second signature is equal', async () => {
  const signer = resultsBy('ES256', 'a');
  const token = await signer.signNew(result);
  const { payload, protectedHeader } = await verify(token, signer, succeededAt, { algorithms: ['ES256'] });
  expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'a:ES256', typ: 'verification-result+jwt' });
  expect(payload).toEqual((await verify(await signer.sign(result), signer, succeededAt, { algorithms: ['EdDSA'] })).payload);
  await expect(verify(token, signer, succeededAt, { algorithms: ['EdDSA'] })).rejects.toMatchObject({ code: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  expect(await signer.signNew(result)).not.toBe(token);
});

describe('the public keys', () => {
  const edwards = { kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/), alg: 'EdDSA', use: 'sig' };
  const p256 = { ...edwards, kty: 'EC', crv: 'P-256', y: expect.stringMatching(/^[\w-]{43}$/), alg: 'ES256' };

  test('are public, one for each secret key and algorithm, each with its algorithm and its use', async () => {
    const { keys } = await resultsOf('new', 'old').publicKeys();
    // Exactly these members: a private key has one more, `d`.
    expect(keys).toEqual([
      { ...edwards, kid: 'new' },
      { ...edwards, kid: 'old' },
      { ...p256, kid: 'new:ES256' },
      { ...p256, kid: 'old:ES256' },
    ]);
    expect(new Set(keys.map(({ x }) => x)).size).toBe(4);
  });

  test('begin with those of the algorithm in use, and are the same under both', async () => {
    const [{ keys: before }, { keys: after }] = await Promise.all([resultsOf('a').publicKeys(), resultsBy('ES256', 'a').publicKeys()]);
    expect(after.map(({ alg }) => alg)).toEqual(['ES256', 'EdDSA']);
    expect(after).toEqual(before.toReversed());
  });

  test.each(['EdDSA', 'ES256'] as const)('verify %s results of old and new keys', async (algorithm) => {
    const [before, after] = [resultsBy(algorithm, 'old'), resultsBy(algorithm, 'new', 'old')];
    await verify(await before.signNew({ ...result, keyId: 'old' }), after);
    const token = await after.signNew({ ...result, keyId: 'new' });
    expect(decodeProtectedHeader(token).kid).toBe(algorithm === 'EdDSA' ? 'new' : 'new:ES256');
    await verify(token, after);
    await expect(verify(token, before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
});

test('a new first key changes no deterministic result, and a result of a removed key is signed with the first one', async () => {
  const about = { ...result, keyId: 'old' };
  expect(await resultsOf('new', 'old').sign(about)).toBe(await resultsOf('old').sign(about));
  expect(decodeProtectedHeader(await resultsOf('new').sign(about)).kid).toBe('new');
});
