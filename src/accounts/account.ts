/** The types of accounts, and the ports that accounts need. */
import type { accountFigures } from '../../machines/accounts-figures.ts';
import type { FiguresOf } from '../../machines/figures.ts';
import type { messageFigures } from '../../machines/messages-figures.ts';

/** The figures of the policy that apply to accounts. */
export type AccountFigures = FiguresOf<typeof accountFigures & Pick<typeof messageFigures, 'noticeIntervalMs'>>;

/** The name of a channel over which codes reach the owner. */
export type Channel = string;

/** Personal details: flat, sealed at rest. */
export type Details = Readonly<Record<string, string>>;

export interface Account {
  readonly id: string;
  /** The address as its owner spelled it. */
  readonly email: string;
  /** In E.164; null without a number. */
  readonly phone: string | null;
  /** The line of the number: a text message reaches only a mobile. Null without a number. */
  readonly line: 'mobile' | 'landline' | null;
  /** The number's country, as ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly locale: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly passwordVersion: number;
  /** The end of the latest block on the account's codes, in milliseconds since the epoch; null without one. */
  readonly blockedUntil: number | null;
  /** Channels that accept no code until the owner proves another authenticator. */
  readonly closedChannels: readonly string[];
  /** The number of changes of the password, the address or the number. */
  readonly changes: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredAccount {
  readonly id: string;
  readonly sealed: string;
  readonly passwordHash: string;
  /** Rises with every new password. A new hash of the same password leaves it unchanged. */
  readonly passwordVersion: number;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly blockedUntil: number | null;
  readonly closedChannels: readonly string[];
  /** The number of changes of the password, the address or the number. */
  readonly changes: number;
  /** The login that requested the current password; null if none did. */
  readonly keptLogin: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredDevice {
  readonly id: string;
  readonly accountId: string;
  /** The version of the password when the device was trusted. A new password ends the trust. */
  readonly passwordVersion: number;
  readonly tokenHash: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/**
 * The possession that a code proves: the telephone number, over either of its channels; the mailbox; or a factor, such as an authenticator
 * app. All factors of an account count together.
 */
export type Authenticator = 'telephone' | 'address' | 'factor';

/** A guess at a code, before the comparison. */
export interface Guess {
  readonly accountId: string;
  /** The idempotency key: a repeated guess counts once. */
  readonly id: string;
  readonly authenticator: Authenticator;
  /** The account's number of changes when the code was requested. */
  readonly changes: number;
  readonly at: number;
}

/** The result of counting a guess: null if it may be compared; `outdated` if the account has changed; otherwise the end of the block. */
export type Reserved = { readonly until: number | null } | 'outdated' | null;

export interface GuessLimits {
  /** After every so many wrong guesses, the account's codes are blocked for `blockMs`. */
  readonly wrongPerBlock: number;
  readonly blockMs: number;
  /** The number of consecutive wrong guesses that closes the channels of one authenticator. */
  readonly wrongPerAuthenticator: number;
}

/** The account that an address leads to, and the time of that account's latest claim. */
export interface EmailClaim {
  readonly accountId: string;
  readonly claimedAt: number;
}

interface NewEmailClaim {
  readonly accountId: string;
  /** The account's number of changes at the time of the claim. */
  readonly changes: number;
  readonly at: number;
}

/** A lock that wrong passwords brought, until the owner lifts it. */
export interface PasswordLock {
  /** The account's id; if the address has no account, an id that no account has. */
  readonly accountId: string;
  /** The key of the locked count. */
  readonly key: string;
}

export interface AddressStore {
  /** @returns the valid claim: the given one, or the claim of the other account that the address leads to */
  claim(emailKeys: readonly string[], claim: NewEmailClaim): Promise<EmailClaim>;
  /** @returns true if the claim `from` was in force until now */
  takeOver(emailKeys: readonly string[], from: EmailClaim, claim: NewEmailClaim): Promise<boolean>;
  /** Releases the address, unless the account claimed it again after further changes. */
  release(emailKeys: readonly string[], id: string, changes: number): Promise<void>;
  /** @returns the account's id, or `otherwise` */
  idOr(emailKeys: readonly string[], otherwise: string): Promise<string>;
}

/** A change of an account, with its new values. */
export interface AccountChange {
  readonly id: string;
  /** The idempotency key: a repeated change has no effect. */
  readonly key: string;
  /** The account's expected number of changes. If it has another number by now, the change does not apply. */
  readonly after: number;
  readonly sealed: string;
  /** Null keeps the password. */
  readonly password: { readonly hash: string; readonly kind: string; readonly keptLogin: string } | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  /** The authenticator that the change replaces. Wrong codes at the former one do not count for the new one. */
  readonly replaced: Authenticator | null;
  readonly at: number;
}

export interface NewAccount {
  readonly id: string;
  readonly sealed: string;
  readonly passwordHash: string;
  readonly passwordKind: string;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly at: number;
}

export interface AccountStore {
  create(account: NewAccount): Promise<boolean>;
  /** @returns the hash and the version of the account's password; the decoy and 0 without an account */
  passwordOf(id: string, decoy: string): Promise<{ readonly hash: string; readonly version: number }>;
  find(id: string): Promise<StoredAccount | null>;
  rehash(id: string, passwordVersion: number, made: { hash: string; kind: string }): Promise<void>;
  passwordKinds(): Promise<string[]>;
  /** @returns true if the change is applied; false if another change came first */
  change(change: AccountChange): Promise<boolean>;
  reserve(guess: Guess & GuessLimits): Promise<Reserved>;
  closeChannels(id: string, channels: readonly string[]): Promise<boolean>;
  forgetWrongCodes(id: string, proved: Authenticator): Promise<void>;
  preferredFactor(id: string): Promise<string | null>;
  preferFactor(id: string, name: string | null): Promise<void>;
}

/** A provider's account that is linked to an account here. */
export interface AccountLink {
  readonly id: string;
  readonly provider: string;
  readonly linkedAt: number;
}

export interface LinkStore {
  /** True if a claim would succeed now. */
  isOpenTo(keys: readonly string[], madeBy: string): Promise<boolean>;
  /** @returns true if the link exists and is this one */
  claim(
    keys: readonly string[],
    link: {
      readonly id: string;
      readonly accountId: string;
      readonly madeBy: string;
      readonly provider: string;
      readonly linkedAt: number;
    },
  ): Promise<boolean>;
  release(keys: readonly string[], madeBy: string): Promise<void>;
  /** @returns true if the account had the link */
  remove(accountId: string, id: string): Promise<boolean>;
  of(accountId: string): Promise<AccountLink[]>;
}

export interface LoginStore {
  /** Idempotent. */
  end(login: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly endedAt: number;
    /** The end of the login's lifetime, in milliseconds since the epoch. */
    readonly expiresAt: number;
  }): Promise<void>;
  hasEnded(accountId: string, sessionId: string): Promise<boolean>;
  /** Records that the owner was there during a login. Idempotent. */
  renew(proof: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly provedAt: number;
    /** The time at which the proof no longer counts, in milliseconds since the epoch. */
    readonly expiresAt: number;
  }): Promise<void>;
  /** The time of the latest proof in a login, in milliseconds since the epoch; null without one. */
  provedAt(accountId: string, sessionId: string): Promise<number | null>;
}

export interface DeviceStore {
  trust(device: Omit<StoredDevice, 'revokedAt'>): Promise<void>;
  find(accountId: string, id: string): Promise<StoredDevice | null>;
  all(accountId: string, at: number): Promise<StoredDevice[]>;
  revoke(accountId: string, id: string, at: number): Promise<boolean>;
}

/** Seals details, bound to the id of their account or device. */
export interface DetailsVault {
  seal(id: string, details: Details): string;
  open(id: string, sealed: string): Details;
}

/** @returns the account of a stored row and its opened details */
export function accountOf(stored: StoredAccount, { email = '', phone, line, country, locale }: Details): Account {
  const { id, emailVerified, phoneVerified, passwordVersion, blockedUntil, closedChannels, changes, createdAt, updatedAt } = stored;
  return {
    id,
    email,
    phone: phone ?? null,
    line: line === 'mobile' || line === 'landline' ? line : null,
    country: country ?? null,
    locale: locale ?? null,
    emailVerified,
    phoneVerified,
    passwordVersion,
    blockedUntil,
    closedChannels,
    changes,
    createdAt,
    updatedAt,
  };
}
