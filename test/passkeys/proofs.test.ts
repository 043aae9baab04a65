/** Answers of passkeys on both databases: each rule of WebAuthn that a service checks, replays, clones and removals. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FactorSession } from '../../src/common/factor.ts';
import { methodsOf, type Passkeys } from '../../src/passkeys/passkeys.ts';
import { type Faults, type Json, SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { enrolled, enrolledAt, optionsOf, origin, passkeysOf, sessionOf } from '../support/passkeys.ts';

describe.each(databases)('on $name, an answer', ({ open }) => {
  let store: TestStore;
  let passkeys: Passkeys;
  beforeAll(async () => {
    store = await open();
    passkeys = passkeysOf(store);
  });
  afterAll(() => store.close());

  const verdictOf = async (credential: Json, session: FactorSession) => (await passkeys.verify({ credential }, session)).result;
  const answered = async (authenticator: SoftwareAuthenticator, session: FactorSession, faults?: Faults) =>
    verdictOf(authenticator.force(await passkeys.request(session), faults), session);

  test.each([
    ['ES256', false, ['hwk', 'user', 'mfa']],
    ['RS256', false, ['hwk', 'user', 'mfa']],
    ['ES256', true, ['swk', 'user', 'mfa']],
  ] as const)('with %s, copied to other devices: %j, proves %j', async (algorithm, backupEligible, methods) => {
    const authenticator = new SoftwareAuthenticator({ origin, algorithm, backupEligible });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    const verdict = await passkeys.verify({ credential: authenticator.get(await passkeys.request(session)) }, session);
    expect(verdict).toMatchObject({ result: 'correct', passkey: { accountId: session.accountId } });
    if (verdict.result === 'correct') expect(methodsOf(verdict.passkey)).toEqual(methods);
    const [own] = await passkeys.of(session.accountId);
    expect(own).toMatchObject({ name: "Jane's phone", createdAt: enrolledAt, lastUsedAt: session.at, backedUp: backupEligible });
  });

  const otherChallenge = Buffer.alloc(32, 7).toString('base64url');
  const broken: readonly [string, Faults][] = [
    ['of a page of another site', { origin: 'https://login.example.org' }],
    ['of a subdomain that is not listed', { origin: 'https://evil.example.com' }],
    ['of a page without TLS', { origin: 'http://login.example.com' }],
    ['of a page in the frame of another site', { crossOrigin: true }],
    ['for another RP id', { rpId: 'login.example.com' }],
    ['to another challenge', { challenge: otherChallenge }],
    ['to no challenge', { challenge: '' }],
    ['of a registration', { type: 'webauthn.create' }],
    ['without user verification', { userVerified: false }],
    ['without user presence', { userPresent: false }],
    ['with another backup eligibility', { backupEligible: true }],
    ['with a wrong signature', { badSignature: true }],
  ];
  test.each(broken)('%s is wrong, and changes nothing', async (_, faults) => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    expect(await answered(authenticator, session, faults)).toBe('wrong');
    expect(await passkeys.of(session.accountId)).toMatchObject([{ lastUsedAt: null }]);
    expect(await answered(authenticator, session)).toBe('correct');
  });

  const junk: readonly unknown[] = [undefined, null, 'text', 7, [], {}, { id: 'a', rawId: 'b', type: 'public-key', response: {} }];
  test.each(junk)('that is no credential is wrong: %j', async (credential) => {
    const session = sessionOf(await enrolled(passkeys, new SoftwareAuthenticator({ origin })));
    expect(await verdictOf(credential as Json, session)).toBe('wrong');
  });

  test('with members of other types is wrong', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    const good = authenticator.get(await passkeys.request(session)) as { response: Record<string, unknown> } & Json;
    for (const name of ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'])
      for (const value of [7, [], 'a/b=', '', 'AA'])
        expect([name, value, await verdictOf({ ...good, response: { ...good.response, [name]: value } }, session)]).toEqual([
          name,
          value,
          name === 'userHandle' && value === 'AA' ? 'foreign' : 'wrong',
        ]);
  });

  test('of an unknown credential is unknown, of another account foreign', async () => {
    const [mine, theirs] = [new SoftwareAuthenticator({ origin }), new SoftwareAuthenticator({ origin })];
    const session = sessionOf(await enrolled(passkeys, mine));
    await enrolled(passkeys, theirs);
    expect(await answered(theirs, session)).toBe('foreign');
    expect(await answered(mine, session, { credentialId: randomBase64() })).toBe('unknown');
    expect(await answered(mine, session, { credentialId: theirs.credentialIds[0] ?? '' })).toBe('foreign');
    // A session without an account learns from the credential whose it is, and compares the account that the device names.
    expect(await answered(mine, sessionOf('', { accountId: session.accountId }), { userHandle: randomBase64() })).toBe('foreign');
  });

  test('to another session, account, purpose, request or key is wrong', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    const credential = authenticator.get(await passkeys.request(session));
    const others: Partial<FactorSession>[] = [{ id: randomUUID() }, { workflow: 'device-unlock' }, { request: 2 }];
    for (const other of others) expect([other, await verdictOf(credential, { ...session, ...other })]).toEqual([other, 'wrong']);
    const own = sessionOf(session.accountId, { id: session.id });
    const discoverable = await passkeys.verify({ credential }, { ...own, accountId: null });
    expect(discoverable.result).toBe('wrong');
    expect(await verdictOf(credential, session)).toBe('correct');
  });

  test('has a challenge for a request that no other request has, and always the same one', async () => {
    const session = sessionOf(await enrolled(passkeys, new SoftwareAuthenticator({ origin })));
    const variants = [session, { ...session, request: 2 }, { ...session, workflow: 'other' }, { ...session, id: randomUUID() }];
    const challenges = await Promise.all(
      [...variants, sessionOf(randomUUID(), { id: session.id })].map(async (each) => (await optionsOf(passkeys.request(each))).challenge),
    );
    const enrolment = (await optionsOf(passkeys.enrolment(session, { email: 'jane@example.com' }))).challenge;
    expect(new Set([...challenges, enrolment]).size).toBe(6);
    expect((await optionsOf(passkeys.request(session))).challenge).toBe(challenges[0]);
    expect(Buffer.from(challenges[0] ?? '', 'base64url')).toHaveLength(32);
  });

  test('is accepted again for the same request only, as after the death of a process', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    const credential = authenticator.get(await passkeys.request(session));
    expect([await verdictOf(credential, session), await verdictOf(credential, session)]).toEqual(['correct', 'correct']);
    expect(await verdictOf(credential, { ...session, request: 2 })).toBe('wrong');
    const next = { ...session, request: 2 };
    expect(await answered(authenticator, next)).toBe('correct');
    // The counter has gone on: the earlier answer is refused in its own session too.
    expect(await verdictOf(credential, session)).toBe('cloned');
  });

  test('of a clone is refused as soon as its counter is behind', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const accountId = await enrolled(passkeys, authenticator);
    const clone = authenticator.clone();
    expect(await answered(authenticator, sessionOf(accountId))).toBe('correct');
    expect(await answered(clone, sessionOf(accountId))).toBe('cloned');
    expect(await answered(clone, sessionOf(accountId))).toBe('correct');
    expect(await answered(authenticator, sessionOf(accountId))).toBe('cloned');
    expect(await answered(authenticator, sessionOf(accountId), { counter: 0 })).toBe('cloned');
    // A wrong signature is wrong, whatever its counter says: the answer tells a forger nothing about the counter.
    expect(await answered(authenticator, sessionOf(accountId), { counter: 0, badSignature: true })).toBe('wrong');
  });

  test('of one counter is accepted once, of many at the same time', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const accountId = await enrolled(passkeys, authenticator);
    const sessions = Array.from({ length: 8 }, () => sessionOf(accountId));
    const results = await Promise.all(sessions.map((session) => answered(authenticator, session, { counter: 5 })));
    expect(results.filter((result) => result === 'correct')).toHaveLength(1);
    expect(results.filter((result) => result === 'cloned')).toHaveLength(7);
  });

  test('of an authenticator that does not count is accepted each time, and refused once it counted', async () => {
    const authenticator = new SoftwareAuthenticator({ origin, counts: false });
    const accountId = await enrolled(passkeys, authenticator);
    for (let n = 0; n < 3; n += 1) expect(await answered(authenticator, sessionOf(accountId))).toBe('correct');
    expect(await answered(authenticator, sessionOf(accountId), { counter: 1 })).toBe('correct');
    expect(await answered(authenticator, sessionOf(accountId))).toBe('cloned');
  });

  test('of a passkey that is removed meanwhile is unknown', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const session = sessionOf(await enrolled(passkeys, authenticator));
    const credential = authenticator.get(await passkeys.request(session));
    const [own] = await passkeys.of(session.accountId);
    const results = await Promise.all([verdictOf(credential, session), passkeys.remove(session.accountId, own?.id ?? '')]);
    expect([
      ['correct', true],
      ['unknown', true],
    ]).toContainEqual(results);
    expect(await verdictOf(credential, session)).toBe('unknown');
    expect(await passkeys.version(session.accountId)).toBeNull();
  });
});

const randomBase64 = () => Buffer.from(randomUUID().repeat(2)).toString('base64url');
