/** Logins that are complete: how long each stands, and until when it counts as a second factor. */
import type { Policy } from '../../machines/policy.ts';
import type { AccountStore, Channel, DetailsVault, LoginStore } from './account.ts';

export interface LoginParts {
  readonly store: AccountStore;
  readonly logins: LoginStore;
  readonly vault: DetailsVault;
  readonly policy: Policy;
  readonly now: () => number;
}

/** A login, as its access token says that it was. */
export interface Login {
  /** The session that was the login. */
  readonly sessionId: string;
  readonly accountId: string;
  /** The version of the password that was given. */
  readonly passwordVersion: number;
  /** When it was complete, in milliseconds since the epoch. */
  readonly authenticatedAt: number;
  /** In the terms of RFC 8176. */
  readonly methods: readonly string[];
  /** How the code came that was entered; null where none was asked for. */
  readonly codeBy: Channel | null;
}

export class Logins {
  readonly #parts: LoginParts;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  /**
   * Looks whether a login stands: not after a log-out, a day later, or when another login has changed the password.
   * @returns until when it counts as a second factor, in milliseconds since the epoch; null where the login does not stand
   */
  async standing(login: Login): Promise<{ readonly secondFactorUntil: number } | null> {
    const { store, logins, vault, policy, now } = this.#parts;
    const { sessionId, accountId, passwordVersion, authenticatedAt } = login;
    if (now() >= this.endOf(login)) return null;
    const [account, isLoggedOut] = await Promise.all([store.find(accountId), logins.hasEnded(accountId, sessionId)]);
    if (account === null || isLoggedOut) return null;
    if (account.passwordVersion !== passwordVersion && account.keptLogin !== sessionId) return null;
    const hasSecondFactor = account.phoneVerified && vault.open(accountId, account.sealed)['phone'] !== undefined;
    const counts = login.methods.includes('mfa') || (!hasSecondFactor && login.codeBy === 'email');
    return { secondFactorUntil: counts ? authenticatedAt + policy.secondFactorMs : Number.NEGATIVE_INFINITY };
  }

  /** When a login ends by itself. */
  endOf({ authenticatedAt }: Pick<Login, 'authenticatedAt'>): number {
    return authenticatedAt + this.#parts.policy.accessRenewalMs;
  }

  /** The log-out: for good, on every node. */
  async end(login: Login): Promise<void> {
    const { accountId, sessionId } = login;
    await this.#parts.logins.end({ accountId, sessionId, endedAt: this.#parts.now(), expiresAt: this.endOf(login) });
  }
}
