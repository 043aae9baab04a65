/**
 * Accounts, which identify people by address and password. An unknown address and a wrong password take the same path, so that neither
 * the answer nor its time reveals whether an account exists.
 */

import { isId } from '../common/ids.ts';
import { InvalidBody, Overloaded, StoreUnavailable } from '../engine/errors.ts';
import type { QueuedCaller } from '../engine/fair-queue.ts';
import type { RequestContext } from '../engine/ports.ts';
import type { AccountFigures, Authenticator } from './account.ts';
import {
  type Account,
  type AccountLink,
  type AccountStore,
  type AddressStore,
  accountOf,
  type Channel,
  type Details,
  type DetailsVault,
  type Guess,
  type LinkStore,
  type PasswordLock,
  type Reserved,
} from './account.ts';
import { AddressClaims } from './address-claims.ts';
import type { CountedGuess, PasswordGuesses } from './password-guesses.ts';
import type { PasswordStrength } from './password-strength.ts';
import { hashKind, type Passwords, storableKind } from './passwords.ts';
import type { NewDevice, TrustedDevice, TrustedDevices } from './trusted-devices.ts';

export interface AccountsDeps {
  readonly store: AccountStore;
  readonly addresses: AddressStore;
  readonly devices: TrustedDevices;
  readonly vault: DetailsVault;
  readonly passwords: Passwords;
  readonly strength: Pick<PasswordStrength, 'demand'>;
  readonly policy: AccountFigures;
  readonly now: () => number;
  readonly newId: () => string;
  /** The id of a set-up's account, derived with the set-up's secret key: always the same. */
  readonly setupAccountId: (keyId: string, setupId: string) => string;
  /** The hashes of an address by each secret key, the current key first. */
  readonly emailKeys: (identity: string) => readonly string[];
  readonly links: LinkStore;
  /** The hashes of a provider's account by each secret key, the current key first. */
  readonly linkKeys: (of: { readonly issuer: string; readonly subject: string }) => readonly string[];
  readonly normaliseEmail: (input: string) => { readonly address: string; readonly identity: string } | null;
  readonly readPhone: (
    input: string,
  ) => { readonly e164: string; readonly country: string; readonly line: 'mobile' | 'landline' } | { readonly invalid: string };
  /** Counts wrong passwords. */
  readonly guesses: Pick<PasswordGuesses, 'count' | 'takeBack' | 'networks' | 'noticeBegins'>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** The device token from an earlier login on this device; null without one. */
  readonly deviceToken: string | null;
}

export interface Unrecognised {
  readonly kind: 'wrong';
  /** The lock that this wrong password brought; null for none. */
  readonly lock: PasswordLock | null;
}

/** A person who entered the correct password a moment ago. */
export interface Recognised {
  readonly kind: 'correct';
  readonly accountId: string;
  /** The entered address, normalised. */
  readonly identity: string;
  readonly passwordVersion: number;
  /** The id of the trusted device; null for none. */
  readonly deviceId: string | null;
  /** The network of the person, hashed by each secret key; empty if unknown. */
  readonly networks: readonly string[];
}

export interface NewAccount {
  readonly email: string;
  readonly password?: string;
  /** An argon2 or bcrypt hash from another system. */
  readonly passwordHash?: string;
  readonly phone?: string;
  readonly emailVerified?: boolean;
  readonly phoneVerified?: boolean;
  readonly locale?: string;
}

/** All channels of codes, and the codes of factors. */
const everyChannel: readonly Channel[] = ['email', 'sms', 'voice', 'factor'];

/** The most kinds of imported hashes. Every login computes one hash of each kind, so each kind makes every login slower. */
const mostKinds = 4;

/**
 * How long the kinds of hashes are cached. When the last hash of a kind is gone, logins still compute that kind until the cache expires.
 */
const kindsForMs = 60_000;

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #claims: AddressClaims;
  #kinds: { readonly all: Promise<string[]>; readonly readAt: number } | null = null;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
    this.#claims = new AddressClaims(deps);
  }

  /**
   * Checks credentials.
   * @returns the account of correct credentials; otherwise that they are wrong
   * @throws RateLimited after too many wrong passwords; the password is then not checked
   */
  async recognise(credentials: Credentials, requestContext: RequestContext): Promise<Recognised | Unrecognised> {
    const { store, addresses, devices, passwords, emailKeys, normaliseEmail, newId, guesses } = this.#deps;
    const normalised = normaliseEmail(credentials.email);
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    const { identity } = normalised;
    // Without an account, the same statements run for a random id, and their answers have the same shape.
    const accountId = await addresses.idOr(emailKeys(identity), newId());
    const { hash, version } = await store.passwordOf(accountId, await passwords.decoy());
    const isKnown = version > 0;
    const deviceId = credentials.deviceToken === null ? null : await devices.shown(accountId, version, credentials.deviceToken);
    const guess = await guesses.count({ identity, accountId, deviceId }, requestContext);
    const isCorrect =
      guess.isLookedAt && (await this.#verified(credentials.password, isKnown ? hash : null, { guess, caller: requestContext.caller }));
    if (!isCorrect || !isKnown) return { kind: 'wrong', lock: guess.locks ? { accountId, key: guess.key } : null };
    await guesses.takeBack(guess);
    if (passwords.isOutdated(hash)) await this.#rehash(accountId, version, credentials.password, requestContext.caller);
    return { kind: 'correct', accountId, identity, passwordVersion: version, deviceId, networks: guesses.networks(requestContext.caller) };
  }

  /** Checks again. @returns the account, and whether its device is still trusted; null if the password or the address has changed */
  async confirm(recognised: Recognised): Promise<{ account: Account; trusted: boolean } | null> {
    const { accountId, identity, passwordVersion, deviceId } = recognised;
    const account = await this.find(accountId);
    if (account?.passwordVersion !== passwordVersion) return null;
    if (!this.#claims.isAddressOf(account, identity)) return null;
    return { account, trusted: deviceId !== null && (await this.#deps.devices.isTrusted(accountId, passwordVersion, deviceId)) };
  }

  /** Records that the notice of a lock is on its way. Call this also if the address has no account. */
  noticeBegins({ key }: Pick<PasswordLock, 'key'>): Promise<void> {
    return this.#deps.guesses.noticeBegins(key);
  }

  async find(id: string): Promise<Account | null> {
    const stored = isId(id) ? await this.#deps.store.find(id) : null;
    return stored && accountOf(stored, this.#deps.vault.open(id, stored.sealed));
  }

  /** Counts a guess at a code, or refuses it. A closed authenticator refuses all guesses, without an end. */
  reserve(guess: Guess): Promise<Reserved> {
    const { wrongCodesPerBlock, codeBlockMs, wrongCodesPerChannel } = this.#deps.policy;
    return this.#deps.store.reserve({
      ...guess,
      wrongPerBlock: wrongCodesPerBlock,
      blockMs: codeBlockMs,
      wrongPerAuthenticator: wrongCodesPerChannel,
    });
  }

  /** Closes every channel, as very many wrong codes do, or opens every channel. @returns true if the account exists */
  async block(accountId: string, blocked: boolean): Promise<boolean> {
    return isId(accountId) && this.#deps.store.closeChannels(accountId, blocked ? everyChannel : []);
  }

  /** Clears the wrong codes of an authenticator, because the owner proved it. */
  forgetWrongCodes(accountId: string, proved: Authenticator): Promise<void> {
    return this.#deps.store.forgetWrongCodes(accountId, proved);
  }

  /** Trusts a device until it expires or the password changes. */
  trust(device: NewDevice): Promise<void> {
    return this.#deps.devices.trust(device);
  }

  /** The currently trusted devices, the newest first. */
  async devices(accountId: string): Promise<TrustedDevice[]> {
    const account = await this.#deps.store.find(accountId);
    return account === null ? [] : this.#deps.devices.all(accountId, account.passwordVersion);
  }

  /** The providers' accounts that are linked to the account. */
  links(accountId: string): Promise<AccountLink[]> {
    return this.#deps.links.of(accountId);
  }

  /** Removes a link, so that the provider's account can be linked to another account. @returns true if it was linked */
  async unlink(accountId: string, linkId: string): Promise<boolean> {
    return isId(linkId) && this.#deps.links.remove(accountId, linkId);
  }

  /** @returns true if the device was trusted until now */
  revoke(accountId: string, deviceId: string): Promise<boolean> {
    return this.#deps.devices.revoke(accountId, deviceId);
  }

  /**
   * Creates an account.
   * @returns its id; null if the address already has an account
   * @throws InvalidBody for an unusable address, number, password or hash
   * @throws StoreUnavailable while another account has a pending claim on the address; an interrupted claim expires after some minutes
   */
  async create(made: NewAccount, caller: QueuedCaller): Promise<string | null> {
    const { store, vault, newId, now, normaliseEmail, readPhone } = this.#deps;
    const email = normaliseEmail(made.email);
    if (!email) throw new InvalidBody('/email', 'Not an email address');
    const phone = made.phone === undefined ? null : readPhone(made.phone);
    if (phone && 'invalid' in phone) throw new InvalidBody('/phone', phone.invalid, 'invalid-phone');
    const passwordHash = await this.#hashOf(made, email.identity, caller);
    const details = {
      email: email.address,
      ...(phone ? { phone: phone.e164, country: phone.country, line: phone.line } : {}),
      ...(made.locale === undefined ? {} : { locale: made.locale }),
    };
    const id = newId();
    const claimed = await this.#claims.claim(email.identity, id, 0);
    // Until that claim succeeds or expires, it is unknown whether the address has an account.
    if (claimed === 'pending') throw new StoreUnavailable('Another request is claiming the address');
    if (claimed === 'taken') return null;
    await store.create({
      id,
      sealed: vault.seal(id, details),
      passwordHash,
      passwordKind: storableKind(passwordHash),
      emailVerified: made.emailVerified ?? false,
      phoneVerified: made.phoneVerified ?? false,
      at: now(),
    });
    this.#kinds = null;
    return id;
  }

  async #hashOf({ password, passwordHash }: NewAccount, identity: string, caller: QueuedCaller): Promise<string> {
    if ((password === undefined) === (passwordHash === undefined))
      throw new InvalidBody('/password', 'Either the password or its hash is needed');
    if (password !== undefined) {
      await this.#deps.strength.demand('/password', { password, email: identity }, caller);
      return this.#deps.passwords.hash(password, caller);
    }
    const kind = passwordHash === undefined ? null : hashKind(passwordHash);
    if (passwordHash === undefined || kind === null)
      throw new InvalidBody('/passwordHash', 'Not an argon2 or bcrypt hash, or its cost is too high or too low');
    const kinds = new Set(await this.#deps.store.passwordKinds()).add(kind);
    if (kinds.size > mostKinds)
      throw new InvalidBody(
        '/passwordHash',
        `Accounts already have ${mostKinds} other kinds of hashes. A further kind, ${kind}, would make every login slower`,
      );
    return passwordHash;
  }

  /** @throws Overloaded if the password was not checked; the guess then does not count */
  async #verified(
    password: string,
    hash: string | null,
    { guess, caller }: { readonly guess: CountedGuess; readonly caller: QueuedCaller },
  ): Promise<boolean> {
    try {
      return await this.#deps.passwords.verify(password, hash, await this.#hashKinds(), caller);
    } catch (error) {
      if (error instanceof Overloaded) await this.#deps.guesses.takeBack(guess);
      throw error;
    }
  }

  async #rehash(id: string, passwordVersion: number, password: string, caller: QueuedCaller): Promise<void> {
    const hash = await this.#deps.passwords.hash(password, caller);
    await this.#deps.store.rehash(id, passwordVersion, { hash, kind: storableKind(hash) });
  }

  #hashKinds(): Promise<string[]> {
    const now = this.#deps.now();
    if (this.#kinds === null || this.#kinds.readAt + kindsForMs < now) {
      const kinds = { all: this.#deps.store.passwordKinds(), readAt: now };
      this.#kinds = kinds;
      kinds.all.catch(() => {
        if (this.#kinds === kinds) this.#kinds = null;
      });
    }
    return this.#kinds.all;
  }
}

/** The details of a verified number. It stays valid even if the numbering plan no longer contains it. */
export function verifiedNumber(phone: string, readPhone: AccountsDeps['readPhone']): Details {
  const number = readPhone(phone);
  return 'invalid' in number ? { phone } : { phone: number.e164, country: number.country, line: number.line };
}
