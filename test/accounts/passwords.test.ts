import argon2 from '@node-rs/argon2';
import bcrypt from '@node-rs/bcrypt';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hashKind, Passwords, storableKind } from '../../src/accounts/passwords.ts';
import { FairQueue } from '../../src/engine/fair-queue.ts';
import { serviceCaller } from '../../src/engine/ports.ts';

const password = 'a quiet evening in Porto';
const passwords = new Passwords({ queue: new FairQueue({ concurrency: 1 }) });

describe('a password', () => {
  test('matches its own hash, and no other', async () => {
    const hash = await passwords.hash(password, serviceCaller);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(password, hash, [], serviceCaller)).toBe(true);
    expect(await passwords.verify(`${password} `, hash, [], serviceCaller)).toBe(false);
    expect(await passwords.verify(password, null, [], serviceCaller)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(false);
    expect(await passwords.hash(password, serviceCaller)).not.toBe(hash);
  });

  test('is the same in every Unicode spelling', async () => {
    const hash = await passwords.hash('Cafe\u0301 ﬁne 8½', serviceCaller);
    expect(await passwords.verify('Café ﬁne 8½', hash, [], serviceCaller)).toBe(true);
  });

  test('that another system hashed as it was typed matches too', async () => {
    const typed = 'Cafe\u0301 in Porto';
    expect(await passwords.verify(typed, await argon2.hash(typed), [], serviceCaller)).toBe(true);
    expect(await passwords.verify('Café in Lisboa', await argon2.hash(typed), [], serviceCaller)).toBe(false);
  });

  test.each([
    ['bcrypt', () => bcrypt.hash(password, 4)],
    ['argon2i', () => argon2.hash(password, { algorithm: 1, memoryCost: 4096, timeCost: 3 })],
    ['argon2id with the lanes of many processors', () => argon2.hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 128 })],
    ['argon2id with the most lanes', () => argon2.hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 255 })],
    ['weaker argon2id', () => argon2.hash(password, { memoryCost: 8192, timeCost: 1 })],
  ])('is checked against a hash of %s, which is then outdated', async (_case, make) => {
    const hash = await make();
    const kinds = [hashKind(hash) ?? ''];
    expect(await passwords.verify(password, hash, kinds, serviceCaller)).toBe(true);
    expect(await passwords.verify('another one', hash, kinds, serviceCaller)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(true);
  });

  test('never matches the hash of a missing account, of any kind', async () => {
    expect(await passwords.verify(password, null, ['bcrypt 4', 'argon2i 4096 3 1'], serviceCaller)).toBe(false);
  });
});

describe('a decoy', () => {
  afterEach(() => void vi.restoreAllMocks());

  test('that could not be made is made by the next check', async () => {
    const hash = vi.spyOn(argon2, 'hash').mockRejectedValueOnce(new Error('No memory for the first decoy'));
    const fresh = new Passwords({ queue: new FairQueue({ concurrency: 1 }), light: true });
    hash.mockRejectedValueOnce(new Error('No memory for the second decoy'));
    // The failure in the constructor is known, and the decoy is not yet forgotten.
    await expect(fresh.decoy()).rejects.toThrow('No memory for the first decoy');
    await expect(fresh.verify(password, null, [], serviceCaller)).rejects.toThrow('No memory for the second decoy');
    expect(await fresh.verify(password, null, [], serviceCaller)).toBe(false);
  });

  test('that could not be made in time for the first check ends no process', async () => {
    vi.spyOn(argon2, 'hash').mockRejectedValueOnce(new Error('No memory for the first decoy'));
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const fresh = new Passwords({ queue: new FairQueue({ concurrency: 1 }), light: true });
    await new Promise(setImmediate);
    expect(await fresh.verify(password, null, [], serviceCaller)).toBe(false);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('a hash', () => {
  test.each([
    ['$2b$12$C6UzMDM.H6dfI/f/IKcEe.eJ5zUJFvZg4y6oP3mS5PqH5mFZ6Qbq2', 'bcrypt 12'],
    ['$2y$04$C6UzMDM.H6dfI/f/IKcEe.eJ5zUJFvZg4y6oP3mS5PqH5mFZ6Qbq2', 'bcrypt 4'],
    ['$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG', 'argon2id 65536 3 4'],
    // Ory Kratos on a server with 32 processors.
    ['$argon2id$v=19$m=131072,t=1,p=64$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG', 'argon2id 131072 1 64'],
  ])('%s is of the kind %s', (hash, kind) => {
    expect(hashKind(hash)).toBe(kind);
  });

  test.each([
    'password',
    '',
    '$2b$15$C6UzMDM.H6dfI/f/IKcEe.eJ5zUJFvZg4y6oP3mS5PqH5mFZ6Qbq2',
    '$2b$03$C6UzMDM.H6dfI/f/IKcEe.eJ5zUJFvZg4y6oP3mS5PqH5mFZ6Qbq2',
    '$2b$12$short',
    '$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
    '$argon2id$v=19$m=65536,t=100,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b5dWRWJTmaaJObG',
    '$argon2id$v=19$m=65536$nonsense',
    '5f4dcc3b5aa765d61d8327deb882cf99',
  ])('that cannot be checked, or not in reasonable time, has no kind: %j', (hash) => {
    expect(hashKind(hash)).toBeNull();
    expect(() => storableKind(hash)).toThrow('An account would store a password hash that no login can check');
  });
});
