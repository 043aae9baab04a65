/** What an account is, and what accounts ask of the outside. */
import type { accountFigures } from '../../machines/accounts-figures.ts';
import type { FiguresOf } from '../../machines/figures.ts';
import type { messageFigures } from '../../machines/messages-figures.ts';

/** How a code can reach the owner. */
/** The figures that accounts follow. */
export type AccountFigures = FiguresOf<typeof accountFigures & Pick<typeof messageFigures, 'noticeIntervalMs'>>;

export type Channel = string;

/** Personal details: flat, sealed at rest. */
export type Details = Readonly<Record<string, string>>;

export interface Account {
  readonly id: string;
  /** As its owner wants to be written to. */
  readonly email: string;
  /** In E.164; null where there is none. */
  readonly phone: string | null;
  /** Whether a text message can reach it; null without one. */
  readonly line: 'mobile' | 'landline' | null;
  /** ISO 3166-1 alpha-2, of the number. */
  readonly country: string | null;
  readonly locale: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly passwordVersion: number;
  /** Until when its codes are refused, in milliseconds since the epoch; null where nothing was said. */
  readonly blockedUntil: number | null;
  /** Channels that take no code until the owner has proved another authenticator. */
  readonly closedChannels: readonly string[];
  /** How often its password, address or number was changed. */
  readonly changes: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredAccount {
  readonly id: string;
  readonly sealed: string;
  readonly passwordHash: string;
  readonly passwordVersion: number;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly blockedUntil: number | null;
  readonly closedChannels: readonly string[];
  readonly changes: number;
  /** The login that asked for the present password; null where none did. */
  readonly keptLogin: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface StoredDevice {
  readonly id: string;
  readonly accountId: string;
  /** The version of the password that it was trusted under: no longer under another. */
  readonly passwordVersion: number;
  readonly tokenHash: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** The possession that a code proves: the telephone number, over either of its channels, or the mailbox. */
export type Authenticator = 'telephone' | 'address';

/** A guess at a code, before it is looked at. */
export interface Guess {
  readonly accountId: string;
  /** Names it: the same again is counted once. */
  readonly id: string;
  readonly authenticator: Authenticator;
  /** How often the account had been changed when the code was asked for. */
  readonly changes: number;
  readonly at: number;
}

/** What came of counting a guess: null when it may be looked at, else why not, or until when. */
export type Reserved = { readonly until: number | null } | 'outdated' | null;

export interface GuessLimits {
  readonly wrongPerBlock: number;
  readonly blockMs: number;
  readonly wrongPerAuthenticator: number;
}

/** Which account an address leads to, and since when it does: the latest claim of the same account counts. */
export interface EmailClaim {
  readonly accountId: string;
  readonly claimedAt: number;
}

interface NewEmailClaim {
  readonly accountId: string;
  /** How often the account was changed before. */
  readonly changes: number;
  readonly at: number;
}

/** A count of wrong passwords that is locked until the owner unlocks it. */
export interface PasswordLock {
  /** The account's id; if the address has no account, an id that no account has. */
  readonly accountId: string;
  /** The count that is locked. */
  readonly key: string;
}

export interface AddressStore {
  /** @returns the claim that stands: this one, unless the address leads to another account */
  claim(emailKeys: readonly string[], claim: NewEmailClaim): Promise<EmailClaim>;
  /** @returns whether the claim stood until now */
  takeOver(emailKeys: readonly string[], from: EmailClaim, claim: NewEmailClaim): Promise<boolean>;
  /** Not where it was claimed anew, after more changes. */
  release(emailKeys: readonly string[], id: string, changes: number): Promise<void>;
  /** @returns the account's id, or `otherwise` */
  idOr(emailKeys: readonly string[], otherwise: string): Promise<string>;
}

export interface AccountStore {
  create(account: {
    readonly id: string;
    readonly sealed: string;
    readonly passwordHash: string;
    readonly passwordKind: string;
    readonly emailVerified: boolean;
    readonly phoneVerified: boolean;
    readonly at: number;
  }): Promise<boolean>;
  /** @returns the hash and the version of the account's password; the decoy and 0 where there is no account */
  passwordOf(id: string, decoy: string): Promise<{ readonly hash: string; readonly version: number }>;
  find(id: string): Promise<StoredAccount | null>;
  rehash(id: string, passwordVersion: number, made: { hash: string; kind: string }): Promise<void>;
  passwordKinds(): Promise<string[]>;
  /** @returns whether the account is as the change wants it: not where another one came first */
  change(change: {
    readonly id: string;
    readonly key: string;
    readonly after: number;
    readonly sealed: string;
    readonly password: { readonly hash: string; readonly kind: string; readonly keptLogin: string } | null;
    readonly emailVerified: boolean;
    readonly phoneVerified: boolean;
    readonly replaced: Authenticator | null;
    readonly at: number;
  }): Promise<boolean>;
  reserve(guess: Guess & GuessLimits): Promise<Reserved>;
  closeChannels(id: string, channels: readonly string[]): Promise<boolean>;
  forgetWrongCodes(id: string, proved: Authenticator): Promise<void>;
}

/** A linked account elsewhere. */
export interface AccountLink {
  readonly id: string;
  readonly provider: string;
  readonly linkedAt: number;
}

export interface LinkStore {
  /** Whether a claim would succeed now. */
  isOpenTo(keys: readonly string[], madeBy: string): Promise<boolean>;
  /** @returns whether the link is this one */
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
  /** @returns whether the account had the link */
  remove(accountId: string, id: string): Promise<boolean>;
  of(accountId: string): Promise<AccountLink[]>;
}

export interface LoginStore {
  /** Idempotent: a second call for the same login changes nothing. */
  end(login: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly endedAt: number;
    /** When the login would have ended by itself. */
    readonly expiresAt: number;
  }): Promise<void>;
  hasEnded(accountId: string, sessionId: string): Promise<boolean>;
}

export interface DeviceStore {
  trust(device: Omit<StoredDevice, 'revokedAt'>): Promise<void>;
  find(accountId: string, id: string): Promise<StoredDevice | null>;
  all(accountId: string, at: number): Promise<StoredDevice[]>;
  revoke(accountId: string, id: string, at: number): Promise<boolean>;
}

/** Seals details, bound to the id of what they are of. */
export interface DetailsVault {
  seal(id: string, details: Details): string;
  open(id: string, sealed: string): Details;
}

/** An account as it is stored, with its details opened. */
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
