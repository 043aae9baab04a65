/**
 * Password hashes: argon2id with OWASP's parameters, and imported hashes of other systems until their owners' next login. A check takes
 * the same time with and without an account, and for every kind of hash.
 */
import argon2 from '@node-rs/argon2';
import bcrypt from '@node-rs/bcrypt';
import type { FairQueue, QueuedCaller } from '../engine/fair-queue.ts';

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. If these change, each hash is renewed at its owner's next login. */
const strong = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** For tests that log in thousands of times. Such a hash takes almost no time, and protects nothing. */
const weak = { memoryCost: 64, timeCost: 1, parallelism: 1 } as const;

/** The most that an imported hash may cost. Above these, one check would cost as much as hundreds, so such a hash is a mistake. */
const mostMemoryKiB = 256 * 1024;
const mostPasses = 10;
/** The work is that of memory and passes, however many lanes share it. Ory Kratos takes two lanes for each processor, 255 at most. */
const mostLanes = 255;
const bcryptCosts = { least: 4, most: 14 };

export interface PasswordsOptions {
  /** The queue for hashing, because each hash occupies a whole processor. */
  readonly queue: Pick<FairQueue, 'run'>;
  /** Uses hashes that are easy to break, for tests. */
  readonly light?: boolean;
}

/** The algorithm and parameters of a hash: `argon2id 19456 2 1`, `bcrypt 12`. Two hashes of one kind take the same time. */
export type HashKind = string;

export class Passwords {
  readonly #queue: PasswordsOptions['queue'];
  readonly #parameters: typeof strong | typeof weak;
  readonly #ownKind: HashKind;
  /** By kind, a hash that no password matches. */
  readonly #decoys = new Map<HashKind, Promise<string>>();

  constructor({ queue, light = false }: PasswordsOptions) {
    this.#queue = queue;
    this.#parameters = light ? weak : strong;
    const { memoryCost, timeCost, parallelism } = this.#parameters;
    this.#ownKind = `argon2id ${memoryCost} ${timeCost} ${parallelism}`;
    void this.#decoy(this.#ownKind);
  }

  /** @throws Overloaded if the queue is full */
  hash(password: string, caller: QueuedCaller): Promise<string> {
    return this.#queue.run(caller, () => argon2.hash(normalised(password), this.#parameters));
  }

  /**
   * Checks a password. The work is the same for every account and without an account: one check of each kind of hash.
   * @param hash the hash of the account; null without an account
   * @param kinds the kinds of all accounts' hashes
   * @throws Overloaded if the queue is full
   */
  verify(password: string, hash: string | null, kinds: readonly HashKind[], caller: QueuedCaller): Promise<boolean> {
    const kind = hash === null ? null : hashKind(hash);
    const all = new Set([this.#ownKind, ...kinds, ...(kind === null ? [] : [kind])]);
    return this.#queue.run(caller, async () => {
      let isMatch = false;
      for (const each of [...all].sort()) {
        const isOwn = hash !== null && each === kind;
        const matches = await compare(password, isOwn ? hash : await this.#decoy(each));
        if (isOwn) isMatch = matches;
      }
      return isMatch;
    });
  }

  /** A hash of the service's own kind that no password matches. */
  decoy(): Promise<string> {
    return this.#decoy(this.#ownKind);
  }

  /** True if a hash should be renewed, now that its password is at hand. */
  isOutdated(hash: string): boolean {
    return hashKind(hash) !== this.#ownKind;
  }

  #decoy(kind: HashKind): Promise<string> {
    const known = this.#decoys.get(kind);
    if (known !== undefined) return known;
    const made = decoyOf(kind);
    this.#decoys.set(kind, made);
    // After a failure the next check makes the decoy again. The constructor waits for no decoy, so a failure there must end no process.
    made.catch(() => this.#decoys.delete(kind));
    return made;
  }
}

/** @returns the kind of a hash; null if the service can't check it */
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

/**
 * The kind of a hash that an account is to store.
 * @throws Error if the service can't check the hash: every login would then fail, because it makes a decoy of each stored kind
 */
export function storableKind(hash: string): HashKind {
  const kind = hashKind(hash);
  if (kind === null) throw new Error('An account would store a password hash that no login can check');
  return kind;
}

async function compare(password: string, hash: string): Promise<boolean> {
  // This service normalises Unicode before hashing (NIST SP 800-63B, 5.1.1.2). Other systems hashed the password as typed.
  const spellings = [normalised(password), password];
  const verify = hash.startsWith('$2') ? (text: string) => bcrypt.verify(text, hash) : (text: string) => argon2.verify(hash, text);
  let isMatch = await verify(spellings[0] ?? '');
  if (spellings[0] !== spellings[1]) isMatch = (await verify(password)) || isMatch;
  return isMatch;
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
