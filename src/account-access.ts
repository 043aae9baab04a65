/** What a login is worth at `/v1/me`: puts the logins of accounts and their access tokens together. */
import type { Policy } from '../machines/policy.ts';
import type { Logins } from './accounts/logins.ts';
import type { AccessToken, CompletedLogin, StandingLogin } from './http/logins.ts';
import type { AccessTokens } from './secrets/access-tokens.ts';

export interface AccountAccessParts {
  readonly tokens: AccessTokens;
  readonly logins: Logins;
  readonly policy: Policy;
  readonly now: () => number;
}

export class AccountAccess {
  readonly #parts: AccountAccessParts;

  constructor(parts: AccountAccessParts) {
    this.#parts = parts;
  }

  /** The token of a login that is issued at a moment, the same each time; none is valid for longer than the login can be. */
  async issue(login: CompletedLogin, issuedAt: number): Promise<AccessToken> {
    const { tokens, logins, policy } = this.#parts;
    const expiresAt = Math.min(issuedAt + policy.accessTokenMs, logins.endOf(login));
    return { token: await tokens.sign(login, { issuedAt, expiresAt }), expiresAt };
  }

  async stands(login: CompletedLogin): Promise<boolean> {
    return (await this.#parts.logins.standing(login)) !== null;
  }

  /** @returns the login behind an access token; null for any other text, and where the login does not stand any more */
  async loggedIn(token: string): Promise<StandingLogin | null> {
    const { tokens, logins, now } = this.#parts;
    const login = await tokens.read(token, now());
    const standing = login && (await logins.standing(login));
    return login && standing && { ...login, ...standing };
  }

  /** The log-out. */
  end(login: CompletedLogin): Promise<void> {
    return this.#parts.logins.end(login);
  }
}
