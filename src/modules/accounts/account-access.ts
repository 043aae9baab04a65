/** The access of a login to `/v1/me`: combines the logins of accounts with their access tokens. */
import type { accountFigures } from '../../../machines/accounts-figures.ts';
import type { FiguresOf } from '../../../machines/figures.ts';
import type { Logins } from '../../accounts/logins.ts';
import type { AccessToken, CompletedLogin, SigningLogin, StandingLogin } from '../../http/authentication/logins.ts';
import type { AccessTokens } from '../../secrets/access-tokens.ts';

export interface AccountAccessDeps {
  readonly tokens: AccessTokens;
  readonly logins: Logins;
  readonly policy: FiguresOf<typeof accountFigures>;
  readonly now: () => number;
}

export class AccountAccess {
  readonly #deps: AccountAccessDeps;

  constructor(deps: AccountAccessDeps) {
    this.#deps = deps;
  }

  /** The access token of a login, issued at a given moment. The same moment gives the same token. No token outlives its login. */
  async issue(login: SigningLogin, issuedAt: number): Promise<AccessToken> {
    const { tokens, logins, policy } = this.#deps;
    const expiresAt = Math.min(issuedAt + policy.accessTokenMs, logins.endOf(login));
    return { token: await tokens.sign(login, { issuedAt, expiresAt }), expiresAt };
  }

  async stands(login: CompletedLogin): Promise<boolean> {
    return (await this.#deps.logins.standing(login)) !== null;
  }

  /** @returns the login of an access token; null for any other text, and after the login has ended */
  async loggedIn(token: string): Promise<StandingLogin | null> {
    const { tokens, logins, now } = this.#deps;
    const login = await tokens.read(token, now());
    const standing = login && (await logins.standing(login));
    return login && standing && { ...login, ...standing };
  }

  end(login: CompletedLogin): Promise<void> {
    return this.#deps.logins.end(login);
  }
}
