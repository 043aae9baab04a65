/** Signed results: their claims, and that the public keys are enough to verify them. */
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { type ResultClaims, SignedResults } from '../../src/secrets/signed-results.ts';
import { TokenSigner } from '../../src/secrets/token-signer.ts';
import { keyringOf, sessionId } from './keys.ts';

const [issuer, audience] = ['https://verify.example', 'shop'];
const succeededAt = Date.UTC(2026, 0, 1, 12, 0, 0, 999);
const lifetimeMs = 15 * 60_000;
const result = {
  sessionId,
  workflow: 'email-verification',
  succeededAt,
  expiresAt: succeededAt + lifetimeMs,
  subject: 'subject',
  claims: { email: 'jane@example.com', email_verified: true },
};

/** A signer with these keys, the current one first. */
function resultsOf(...keys: readonly string[]) {
  const signer = new TokenSigner(keyringOf(...keys), issuer);
  const results = new SignedResults(signer, audience);
  return { sign: (about: ResultClaims) => results.sign(about), publicKeys: () => signer.publicKeys() };
}

async function verify(
  token: string,
  by: Pick<TokenSigner, 'publicKeys'>,
  at = succeededAt,
  expected: { issuer?: string; audience?: string } = {},
) {
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
    const forged = await resultsOf('b').sign(result);
    const renamed = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(forged), kid: 'a' })).toString('base64url');
    await expect(verify([renamed, ...forged.split('.').slice(1)].join('.'), signer)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });
});

describe('the public keys', () => {
  test('are public, one for each secret key, each with its use', async () => {
    const { keys } = await resultsOf('new', 'old').publicKeys();
    expect(keys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    // Exactly these members: a private key of this kind has one more, `d`.
    for (const key of keys)
      expect(key).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.stringMatching(/^[\w-]{43}$/), kid: key.kid, alg: 'EdDSA', use: 'sig' });
    expect(keys[0]?.x).not.toBe(keys[1]?.x);
  });

  test('verify results of old and new keys; a new result is signed with the first key', async () => {
    const [before, after] = [resultsOf('old'), resultsOf('new', 'old')];
    await verify(await before.sign(result), after);
    const token = await after.sign(result);
    expect(decodeProtectedHeader(token).kid).toBe('new');
    await verify(token, after);
    await expect(verify(token, before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
});
