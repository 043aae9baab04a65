/**
 * Accounts: who somebody is, by address and password. Whatever is asked, an unknown address and a wrong password take the
 * same way, so that neither the answer nor its time tells whether there is an account.
 */

import { InvalidBody, Overloaded, StoreUnavailable } from '../engine/errors.ts';
import type { Caller } from '../engine/fair-queue.ts';
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
import { hashKind, type Passwords } from './passwords.ts';
import { isUuid, type NewDevice, type TrustedDevice, type TrustedDevices } from './trusted-devices.ts';

export interface AccountsParts {
  readonly store: AccountStore;
  readonly addresses: AddressStore;
  readonly devices: TrustedDevices;
  readonly vault: DetailsVault;
  readonly passwords: Passwords;
  readonly strength: Pick<PasswordStrength, 'demand'>;
  readonly policy: AccountFigures;
  readonly now: () => number;
  readonly newId: () => string;
  /** The id of the account that a set-up makes, by the secret key that the set-up has: always the same. */
  readonly setupAccountId: (keyId: string, setupId: string) => string;
  /** An address as each secret key hashes it, the current one first. */
  readonly emailKeys: (identity: string) => readonly string[];
  readonly links: LinkStore;
  /** An account elsewhere as each secret key hashes it, the current one first. */
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
  /** What an earlier login on the same device gave. */
  readonly deviceToken: string | null;
}

export interface Unrecognised {
  readonly kind: 'wrong';
  /** The lock that these credentials brought; null for none. */
  readonly lock: PasswordLock | null;
}

/** Somebody who knew the password a moment ago. */
export interface Recognised {
  readonly kind: 'right';
  readonly accountId: string;
  /** The address that they gave, as addresses are told apart. */
  readonly identity: string;
  readonly passwordVersion: number;
  /** The device that is trusted; null for none. */
  readonly deviceId: string | null;
  /** The network of the person, hashed by each secret key; empty if unknown. */
  readonly networks: readonly string[];
}

export interface NewAccount {
  readonly email: string;
  readonly password?: string;
  /** argon2 or bcrypt, as other systems made it. */
  readonly passwordHash?: string;
  readonly phone?: string;
  readonly emailVerified?: boolean;
  readonly phoneVerified?: boolean;
  readonly locale?: string;
}

const everyChannel: readonly Channel[] = ['email', 'sms', 'voice'];

/** So many ways of hashing at once: each makes every check longer. */
const mostKinds = 4;

/** How long it takes at most until the last hash of a kind is noticed to be gone. */
const kindsForMs = 60_000;

export class Accounts {
  readonly #parts: AccountsParts;
  readonly #claims: AddressClaims;
  #kinds: { readonly all: Promise<string[]>; readonly readAt: number } | null = null;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#claims = new AddressClaims(parts);
  }

  /**
   * @returns who it is, or that the credentials are wrong
   * @throws RateLimited when there were too many wrong ones: the password is not looked at
   */
  async recognise(credentials: Credentials, requestContext: RequestContext): Promise<Recognised | Unrecognised> {
    const { store, addresses, devices, passwords, emailKeys, normaliseEmail, newId, guesses } = this.#parts;
    const normalised = normaliseEmail(credentials.email);
    if (!normalised) throw new InvalidBody('/email', 'Not an email address');
    const { identity } = normalised;
    // Where there is none, the same is asked for an account that nobody has, and the answers look the same.
    const accountId = await addresses.idOr(emailKeys(identity), newId());
    const { hash, version } = await store.passwordOf(accountId, await passwords.decoy());
    const isKnown = version > 0;
    const deviceId = credentials.deviceToken === null ? null : await devices.shown(accountId, version, credentials.deviceToken);
    const guess = await guesses.count({ identity, accountId, deviceId }, requestContext);
    const right =
      guess.isLookedAt && (await this.#verified(credentials.password, isKnown ? hash : null, { guess, caller: requestContext.origin }));
    if (!right || !isKnown) return { kind: 'wrong', lock: guess.locks ? { accountId, key: guess.key } : null };
    await guesses.takeBack(guess);
    if (passwords.isOutdated(hash)) await this.#rehash(accountId, version, credentials.password, requestContext.origin);
    return { kind: 'right', accountId, identity, passwordVersion: version, deviceId, networks: guesses.networks(requestContext.origin) };
  }

  /** Looks again: @returns the account, and whether its device is still trusted; null when the password is another by now */
  async confirm(recognised: Recognised): Promise<{ account: Account; trusted: boolean } | null> {
    const { accountId, identity, passwordVersion, deviceId } = recognised;
    const account = await this.find(accountId);
    if (account?.passwordVersion !== passwordVersion) return null;
    // An address leads to its account from a moment before it is the account's until a moment after it was.
    if (this.#parts.normaliseEmail(account.email)?.identity !== identity) return null;
    return { account, trusted: deviceId !== null && (await this.#parts.devices.isTrusted(accountId, passwordVersion, deviceId)) };
  }

  /** Records that a notice of a lock is on its way, also if the address has no account to tell. */
  noticeBegins({ key }: Pick<PasswordLock, 'key'>): Promise<void> {
    return this.#parts.guesses.noticeBegins(key);
  }

  async find(id: string): Promise<Account | null> {
    const stored = isUuid(id) ? await this.#parts.store.find(id) : null;
    return stored && accountOf(stored, this.#parts.vault.open(id, stored.sealed));
  }

  /** Counts a guess, if it may be looked at; where the authenticator is closed none may, without end. */
  reserve(guess: Guess): Promise<Reserved> {
    const { wrongCodesPerBlock, codeBlockMs, wrongCodesPerChannel } = this.#parts.policy;
    return this.#parts.store.reserve({
      ...guess,
      wrongPerBlock: wrongCodesPerBlock,
      blockMs: codeBlockMs,
      wrongPerAuthenticator: wrongCodesPerChannel,
    });
  }

  /** Refuses codes over every channel, as after very many wrong ones, or none. @returns whether there is such an account */
  async block(accountId: string, blocked: boolean): Promise<boolean> {
    return isUuid(accountId) && this.#parts.store.closeChannels(accountId, blocked ? everyChannel : []);
  }

  /** The owner proved an authenticator: earlier wrong codes at it count no more. */
  forgetWrongCodes(accountId: string, proved: Authenticator): Promise<void> {
    return this.#parts.store.forgetWrongCodes(accountId, proved);
  }

  /** Trusts a device, for as long as the password stays. */
  trust(device: NewDevice): Promise<void> {
    return this.#parts.devices.trust(device);
  }

  /** The devices that are trusted now, the newest first. */
  async devices(accountId: string): Promise<TrustedDevice[]> {
    const account = await this.#parts.store.find(accountId);
    return account === null ? [] : this.#parts.devices.all(accountId, account.passwordVersion);
  }

  /** The accounts elsewhere that are linked to it. */
  links(accountId: string): Promise<AccountLink[]> {
    return this.#parts.links.of(accountId);
  }

  /** Removes a link, so that the account elsewhere can be linked to another account. @returns whether it was linked */
  async unlink(accountId: string, linkId: string): Promise<boolean> {
    return isUuid(linkId) && this.#parts.links.remove(accountId, linkId);
  }

  /** @returns whether it was trusted until now */
  revoke(accountId: string, deviceId: string): Promise<boolean> {
    return this.#parts.devices.revoke(accountId, deviceId);
  }

  /**
   * Makes an account.
   * @returns its id; null where the address has an account already
   * @throws InvalidBody for an address, a number, a password or a hash that can't be used
   * @throws StoreUnavailable while somebody else is claiming the address, or was interrupted in doing so some minutes ago
   */
  async create(made: NewAccount, caller: Caller): Promise<string | null> {
    const { store, vault, newId, now, normaliseEmail, readPhone } = this.#parts;
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
    // Whether it has an account is not known before that claim comes to something, or to nothing.
    if (claimed === 'pending') throw new StoreUnavailable('The address is being claimed by somebody else');
    if (claimed === 'taken') return null;
    await store.create({
      id,
      sealed: vault.seal(id, details),
      passwordHash,
      passwordKind: hashKind(passwordHash) ?? '',
      emailVerified: made.emailVerified ?? false,
      phoneVerified: made.phoneVerified ?? false,
      at: now(),
    });
    this.#kinds = null;
    return id;
  }

  async #hashOf({ password, passwordHash }: NewAccount, identity: string, caller: Caller): Promise<string> {
    if ((password === undefined) === (passwordHash === undefined))
      throw new InvalidBody('/password', 'Either the password or its hash is needed');
    if (password !== undefined) {
      await this.#parts.strength.demand('/password', { password, email: identity }, caller);
      return this.#parts.passwords.hash(password, caller);
    }
    const kind = passwordHash === undefined ? null : hashKind(passwordHash);
    if (passwordHash === undefined || kind === null)
      throw new InvalidBody('/passwordHash', 'Not a hash of argon2 or bcrypt whose cost is reasonable');
    const kinds = new Set(await this.#parts.store.passwordKinds()).add(kind);
    if (kinds.size > mostKinds)
      throw new InvalidBody(
        '/passwordHash',
        `Accounts have hashes of ${mostKinds} other kinds already: ${kind} would make every login slower`,
      );
    return passwordHash;
  }

  /** @throws Overloaded before the password is checked; the guess then does not count */
  async #verified(
    password: string,
    hash: string | null,
    { guess, caller }: { readonly guess: CountedGuess; readonly caller: Caller },
  ): Promise<boolean> {
    try {
      return await this.#parts.passwords.verify(password, hash, await this.#hashKinds(), caller);
    } catch (error) {
      if (error instanceof Overloaded) await this.#parts.guesses.takeBack(guess);
      throw error;
    }
  }

  async #rehash(id: string, passwordVersion: number, password: string, caller: Caller): Promise<void> {
    const hash = await this.#parts.passwords.hash(password, caller);
    await this.#parts.store.rehash(id, passwordVersion, { hash, kind: hashKind(hash) ?? '' });
  }

  #hashKinds(): Promise<string[]> {
    const now = this.#parts.now();
    if (this.#kinds === null || this.#kinds.readAt + kindsForMs < now) {
      const kinds = { all: this.#parts.store.passwordKinds(), readAt: now };
      this.#kinds = kinds;
      kinds.all.catch(() => {
        if (this.#kinds === kinds) this.#kinds = null;
      });
    }
    return this.#kinds.all;
  }
}

/** A number that was verified stays one, also where the numbering plan has none such by now. */
export function verifiedNumber(phone: string, readPhone: AccountsParts['readPhone']): Details {
  const number = readPhone(phone);
  return 'invalid' in number ? { phone } : { phone: number.e164, country: number.country, line: number.line };
}
