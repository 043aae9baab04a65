/** Access tokens (RFC 9068), which authenticate the owner of an account to this service while a login is valid. */
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { TokenContents, TokenKind, TokenSigner } from './token-signer.ts';

/** RFC 9068, 2.1. */
const accessType = 'at+jwt';

/** The claims about a login, besides the account and the expiry. Times are in seconds. */
const LoginClaims = Type.Object({
  sub: Type.String(),
  exp: Type.Integer(),
  sid: Type.String(),
  auth_time: Type.Integer(),
  amr: Type.Array(Type.String()),
  password_version: Type.Integer(),
  code_by: Type.Optional(Type.String()),
});

/** A login, as its access token describes it. */
export interface SignedLogin {
  readonly sessionId: string;
  readonly accountId: string;
  readonly passwordVersion: number;
  /** The time of the login's completion, in milliseconds since the epoch. */
  readonly authenticatedAt: number;
  readonly methods: readonly string[];
  /** The channel of the code that was entered; null if the login needed no code. */
  readonly codeBy: string | null;
}

export class AccessTokens {
  readonly #signer: TokenSigner;
  readonly #kind: TokenKind;
  readonly #clientId: string;

  /** @param audience the audience of signed results: the application that people log in to */
  constructor(signer: TokenSigner, audience: string) {
    this.#signer = signer;
    this.#kind = { type: accessType, audience: accessAudience(signer.issuer) };
    this.#clientId = audience;
  }

  /**
   * EdDSA under every setting, because only this service reads access tokens. So they are deterministic: the same login in the same second
   * gives the same token, as long as its secret key is configured.
   */
  sign(
    login: SignedLogin & Pick<TokenContents, 'keyId'>,
    { issuedAt, expiresAt }: { readonly issuedAt: number; readonly expiresAt: number },
  ): Promise<string> {
    const { sessionId, keyId = null, accountId, passwordVersion, authenticatedAt, methods, codeBy } = login;
    const claims = {
      client_id: this.#clientId,
      sid: sessionId,
      auth_time: Math.floor(authenticatedAt / 1000),
      amr: methods,
      password_version: passwordVersion,
      ...(codeBy === null ? {} : { code_by: codeBy }),
    };
    const id = `${sessionId}.${Math.floor(issuedAt / 1000)}`;
    return this.#signer.sign(this.#kind, { claims, subject: accountId, id, issuedAt, expiresAt, keyId });
  }

  /**
   * @param now milliseconds since the epoch
   * @returns the login and the expiry of a valid token; null for any other text
   */
  async read(token: string, now: number): Promise<(SignedLogin & { readonly expiresAt: number }) | null> {
    const claims: unknown = await this.#signer.verify(token, this.#kind, now);
    return Value.Check(LoginClaims, claims) ? loginOf(claims) : null;
  }
}

function loginOf({ sub, exp, sid, auth_time, amr, password_version, code_by = undefined }: Static<typeof LoginClaims>) {
  return {
    accountId: sub,
    sessionId: sid,
    passwordVersion: password_version,
    authenticatedAt: auth_time * 1000,
    methods: amr,
    codeBy: code_by ?? null,
    expiresAt: exp * 1000,
  };
}

/** The audience of access tokens. The settings refuse it as the audience of results. */
function accessAudience(issuer: string): string {
  return `${issuer}/v1/me`;
}
