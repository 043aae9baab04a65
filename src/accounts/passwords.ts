/**
 * Passwords: argon2id with OWASP's parameters or stronger, and what other systems hashed until their owners come back.
 * Checking one takes as long whether or not there is an account, and whatever its hash is of.
 */
import argon2 from '@node-rs/argon2';
import bcrypt from '@node-rs/bcrypt';
import type { Caller, FairQueue } from '../engine/fair-queue.ts';

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Raise them and hashes follow at their owners' next login. */
const strong = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** For tests that log in thousands of times: a hash takes no time, and is worth nothing. */
const weak = { memoryCost: 64, timeCost: 1, parallelism: 1 } as const;

/** Above these, checking one password would cost as much as hundreds: whoever imports such a hash has made a mistake. */
const mostMemoryKiB = 256 * 1024;
const mostPasses = 10;
const mostLanes = 4;
const bcryptCosts = { least: 4, most: 14 };

export interface PasswordsOptions {
  /** The queue for hashing: each hash takes a whole processor. */
  readonly queue: Pick<FairQueue, 'run'>;
  /** Hashes that anybody could break. */
  readonly light?: boolean;
}

/** How a hash was made, so that two of a kind take the same time: `argon2id 19456 2 1`, `bcrypt 12`. */
export type HashKind = string;

export class Passwords {
  readonly #queue: PasswordsOptions['queue'];
  readonly #parameters: typeof strong | typeof weak;
  readonly #ownKind: HashKind;
  /** By kind: a hash that no password is right for. */
  readonly #decoys = new Map<HashKind, Promise<string>>();

  constructor({ queue, light = false }: PasswordsOptions) {
    this.#queue = queue;
    this.#parameters = light ? weak : strong;
    const { memoryCost, timeCost, parallelism } = this.#parameters;
    this.#ownKind = `argon2id ${memoryCost} ${timeCost} ${parallelism}`;
    void this.#decoy(this.#ownKind);
  }

  /** @throws Overloaded when too many are waiting already */
  hash(password: string, caller: Caller): Promise<string> {
    return this.#queue.run(caller, () => argon2.hash(normalised(password), this.#parameters));
  }

  /**
   * Does the same work for every account, and for none: one check of each kind of hash that there is.
   * @param hash null where there is no account
   * @param kinds all that accounts have hashes of
   * @throws Overloaded when too many are waiting already
   */
  verify(password: string, hash: string | null, kinds: readonly HashKind[], caller: Caller): Promise<boolean> {
    const kind = hash === null ? null : hashKind(hash);
    const all = new Set([this.#ownKind, ...kinds, ...(kind === null ? [] : [kind])]);
    return this.#queue.run(caller, async () => {
      let right = false;
      for (const each of [...all].sort()) {
        const isOwn = hash !== null && each === kind;
        const matches = await compare(password, isOwn ? hash : await this.#decoy(each));
        if (isOwn) right = matches;
      }
      return right;
    });
  }

  /** A hash of the usual kind that no password is right for. */
  decoy(): Promise<string> {
    return this.#decoy(this.#ownKind);
  }

  /** Whether a hash should be made anew, now that its password is known. */
  isOutdated(hash: string): boolean {
    return hashKind(hash) !== this.#ownKind;
  }

  #decoy(kind: HashKind): Promise<string> {
    const made = this.#decoys.get(kind) ?? decoyOf(kind);
    this.#decoys.set(kind, made);
    return made;
  }
}

/** @returns what kind of hash it is; null for none that can be checked here */
export function hashKind(hash: string): HashKind | null {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)?.[1]);
  if (cost >= bcryptCosts.least && cost <= bcryptCosts.most) return `bcrypt ${cost}`;
  if (!hash.startsWith('$argon2')) return null;
  try {
    const { algorithm, memoryCost, timeCost, parallelism } = argon2.parseOptions(hash);
    if (memoryCost > mostMemoryKiB || timeCost > mostPasses || parallelism > mostLanes) return null;
    return `${['argon2d', 'argon2i', 'argon2id'][algorithm]} ${memoryCost} ${timeCost} ${parallelism}`;
  } catch {
    return null;
  }
}

async function compare(password: string, hash: string): Promise<boolean> {
  // Other systems hashed what was typed; here one character has one spelling (NIST SP 800-63B, 5.1.1.2).
  const spellings = [normalised(password), password];
  const verify = hash.startsWith('$2') ? (text: string) => bcrypt.verify(text, hash) : (text: string) => argon2.verify(hash, text);
  let right = await verify(spellings[0] ?? '');
  if (spellings[0] !== spellings[1]) right = (await verify(password)) || right;
  return right;
}

function normalised(password: string): string {
  return password.normalize('NFKC');
}

async function decoyOf(kind: HashKind): Promise<string> {
  const secret = crypto.randomUUID();
  const [name = '', ...figures] = kind.split(' ');
  const [first = 0, timeCost = 0, parallelism = 0] = figures.map(Number);
  if (name === 'bcrypt') return bcrypt.hash(secret, first);
  return argon2.hash(secret, { algorithm: ['argon2d', 'argon2i', 'argon2id'].indexOf(name), memoryCost: first, timeCost, parallelism });
}
