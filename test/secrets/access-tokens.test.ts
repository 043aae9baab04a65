/** Access tokens: no other token of this service is accepted as one, and each describes its login exactly. */
import { decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { AccessTokens } from '../../src/secrets/access-tokens.ts';
import { SignedResults } from '../../src/secrets/signed-results.ts';
import { TokenSigner } from '../../src/secrets/token-signer.ts';
import { keyringOf, sessionId } from './keys.ts';

const issuer = 'https://verify.example';
const own = `${issuer}/v1/me`;
const at = Date.UTC(2026, 0, 1, 12, 0, 0, 999);
const span = { issuedAt: at, expiresAt: at + 15 * 60_000 };
const login = {
  sessionId,
  accountId: '0193a3c1-5f6e-7b2d-9c4a-1e2f3a4b5c6d',
  passwordVersion: 3,
  authenticatedAt: Math.floor(at / 1000) * 1000,
  methods: ['pwd', 'otp', 'sms', 'mfa'],
  codeBy: 'sms',
} as const;

const signer = new TokenSigner(keyringOf('a'), issuer);
const tokens = new AccessTokens(signer, 'shop');

/** The claims of an access token, with some replaced. */
const claims = (more: Record<string, unknown> = {}) => ({
  client_id: 'shop',
  sid: login.sessionId,
  auth_time: login.authenticatedAt / 1000,
  amr: login.methods,
  password_version: login.passwordVersion,
  ...more,
});
const signed = (kind: { type: string; audience: string }, more: Record<string, unknown> = {}) =>
  signer.sign(kind, { claims: claims(more), subject: login.accountId, id: 'some', ...span });

describe('an access token', () => {
  test.each([[login], [{ ...login, codeBy: null, methods: ['pwd'] }]])('says of its login what was said to it', async (of) => {
    const token = await tokens.sign(of, span);
    expect(await tokens.read(token, at)).toEqual({ ...of, expiresAt: Math.floor(span.expiresAt / 1000) * 1000 });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: 'a', typ: 'at+jwt' });
    expect(await tokens.sign(of, span)).toBe(token);
  });

  test('is invalid a moment after it has expired', async () => {
    const token = await tokens.sign(login, span);
    expect(await tokens.read(token, span.expiresAt - 1000)).not.toBeNull();
    expect(await tokens.read(token, span.expiresAt)).toBeNull();
  });

  test('is a token that this service signed as one for itself, and nothing else', async () => {
    expect(await tokens.read(await signed({ type: 'at+jwt', audience: own }), at)).toMatchObject({ accountId: login.accountId });
    for (const type of ['verification-result+jwt', 'JWT', 'jwt', 'logout+jwt', 'at+jwt2', 'application/at', ''])
      expect([type, await tokens.read(await signed({ type, audience: own }), at)]).toEqual([type, null]);
    for (const audience of ['shop', issuer, `${own}/`, `${issuer}/v1`])
      expect([audience, await tokens.read(await signed({ type: 'at+jwt', audience }), at)]).toEqual([audience, null]);
    for (const missing of ['sid', 'auth_time', 'amr', 'password_version'])
      expect([missing, await tokens.read(await signed({ type: 'at+jwt', audience: own }, { [missing]: undefined }), at)]).toEqual([
        missing,
        null,
      ]);
    for (const odd of [{ amr: 'mfa' }, { auth_time: 'now' }, { password_version: '3' }, { code_by: 7 }])
      expect([odd, await tokens.read(await signed({ type: 'at+jwt', audience: own }, odd), at)]).toEqual([odd, null]);
  });

  test('is valid only for this service, and for one of its keys', async () => {
    const token = await tokens.sign(login, span);
    expect(await new AccessTokens(new TokenSigner(keyringOf('a'), 'https://other.example'), 'shop').read(token, at)).toBeNull();
    expect(await new AccessTokens(new TokenSigner(keyringOf('b'), issuer), 'shop').read(token, at)).toBeNull();
    expect(await new AccessTokens(new TokenSigner(keyringOf('b', 'a'), issuer), 'shop').read(token, at)).not.toBeNull();
  });

  test('is no signed result, whatever the audience of results is', async () => {
    const results = new SignedResults(signer, own, 'EdDSA');
    const about = {
      sessionId,
      keyId: 'a',
      workflow: 'login-verification',
      succeededAt: at,
      expiresAt: span.expiresAt,
      subject: login.accountId,
    };
    expect(await tokens.read(await results.sign({ ...about, claims: claims() }), at)).toBeNull();
  });
});
