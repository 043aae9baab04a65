/** Completed logins: their validity, and the time for which each counts as a second factor. */
import type { AccountFigures, AccountStore, Channel, DetailsVault, LoginStore } from './account.ts';

export interface LoginDeps {
  readonly store: AccountStore;
  readonly logins: LoginStore;
  readonly vault: DetailsVault;
  readonly policy: AccountFigures;
  /** True if the account has a factor besides sent codes. */
  readonly hasFactor: (accountId: string) => Promise<boolean>;
  readonly now: () => number;
}

/** A login, as its access token describes it. */
export interface Login {
  /** The id of the login's session. */
  readonly sessionId: string;
  readonly accountId: string;
  /** The version of the password that the person entered. */
  readonly passwordVersion: number;
  /** The time of the login's completion, in milliseconds since the epoch. */
  readonly authenticatedAt: number;
  /** Authentication methods as in RFC 8176. */
  readonly methods: readonly string[];
  /** The channel of the code that was entered; null if the login needed no code. */
  readonly codeBy: Channel | null;
}

export class Logins {
  readonly #deps: LoginDeps;

  constructor(deps: LoginDeps) {
    this.#deps = deps;
  }

  /**
   * Checks whether a login is still valid. A login ends with a log-out, after a day, or when another login changes the password.
   * @returns the end of its time as a second factor, in milliseconds since the epoch; null if the login has ended
   */
  async standing(login: Login): Promise<{ readonly secondFactorUntil: number } | null> {
    const { store, logins, vault, policy, now } = this.#deps;
    const { sessionId, accountId, passwordVersion, authenticatedAt } = login;
    if (now() >= this.endOf(login)) return null;
    const [account, isLoggedOut, provedAt] = await Promise.all([
      store.find(accountId),
      logins.hasEnded(accountId, sessionId),
      logins.provedAt(accountId, sessionId),
    ]);
    if (account === null || isLoggedOut) return null;
    if (account.passwordVersion !== passwordVersion && account.keptLogin !== sessionId) return null;
    const hasTelephone = account.phoneVerified && vault.open(accountId, account.sealed)['phone'] !== undefined;
    // A code by email confirms nothing once the account has anything better.
    const counts = login.methods.includes('mfa') || (login.codeBy === 'email' && !hasTelephone && !(await this.#deps.hasFactor(accountId)));
    const since = Math.max(counts ? authenticatedAt : Number.NEGATIVE_INFINITY, provedAt ?? Number.NEGATIVE_INFINITY);
    return { secondFactorUntil: since + policy.secondFactorMs };
  }

  /** The end of a login's lifetime, in milliseconds since the epoch. */
  endOf({ authenticatedAt }: Pick<Login, 'authenticatedAt'>): number {
    return authenticatedAt + this.#deps.policy.accessRenewalMs;
  }

  /** True once a login has ended with a log-out. */
  hasEnded({ accountId, sessionId }: Pick<Login, 'accountId' | 'sessionId'>): Promise<boolean> {
    return this.#deps.logins.hasEnded(accountId, sessionId);
  }

  /** Makes a login, and no other, count as a second factor from a time on: its owner has proved to be there. */
  async renew({ accountId, sessionId }: Pick<Login, 'accountId' | 'sessionId'>, provedAt: number): Promise<void> {
    const { logins, policy } = this.#deps;
    await logins.renew({ accountId, sessionId, provedAt, expiresAt: provedAt + policy.secondFactorMs });
  }

  /** Logs out permanently, on every node. */
  async end(login: Login): Promise<void> {
    const { accountId, sessionId } = login;
    await this.#deps.logins.end({ accountId, sessionId, endedAt: this.#deps.now(), expiresAt: this.endOf(login) });
  }
}
