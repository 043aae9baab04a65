/** Enrolments of passkeys on both databases: what the options ask for, and which credentials are refused. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FactorSession } from '../../src/common/factor.ts';
import { handleOf, type Passkeys } from '../../src/passkeys/passkeys.ts';
import { type Faults, SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { databases, type TestStore } from '../support/databases.ts';
import { enrolled, enrolledAt, optionsOf, origin, passkeysOf, sessionOf } from '../support/passkeys.ts';

const owner = { email: 'jane@example.com' };

describe.each(databases)('on $name, an enrolment', ({ open }) => {
  let store: TestStore;
  let passkeys: Passkeys;
  beforeAll(async () => {
    store = await open();
    passkeys = passkeysOf(store);
  });
  afterAll(() => store.close());

  const enrolling = (accountId: string = randomUUID()) => sessionOf(accountId, { workflow: 'passkey-registration' });
  const answered = async (authenticator: SoftwareAuthenticator, session: FactorSession, faults?: Faults) =>
    passkeys.verifyEnrolment({ credential: authenticator.create(await passkeys.enrolment(session, owner), faults) }, session);
  const made = (session: FactorSession) => ({ accountId: session.accountId, key: session.id, name: null, at: enrolledAt });

  test('asks for a discoverable credential with user verification and no attestation', async () => {
    const session = enrolling();
    expect(await optionsOf(passkeys.enrolment(session, owner))).toMatchObject({
      rp: { id: 'example.com', name: 'Example' },
      user: { id: handleOf(session.accountId), name: owner.email },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ alg, type: 'public-key' })),
      excludeCredentials: [],
      timeout: 300_000,
    });
  });

  test('names the account by a handle without its id, always the same', async () => {
    const session = enrolling();
    const { user } = await optionsOf(passkeys.enrolment(session, owner));
    expect(user?.id).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(user?.id ?? '', 'base64url').toString('hex')).not.toContain(session.accountId.replaceAll('-', ''));
    expect((await optionsOf(passkeys.enrolment(enrolling(session.accountId), owner))).user).toEqual(user);
  });

  test('excludes the passkeys that the account has, and a request names them', async () => {
    const [one, other] = [new SoftwareAuthenticator({ origin }), new SoftwareAuthenticator({ origin })];
    const accountId = await enrolled(passkeys, one);
    await enrolled(passkeys, other, accountId);
    const ids = [one, other].flatMap(({ credentialIds }) => credentialIds).sort();
    const { excludeCredentials = [] } = await optionsOf(passkeys.enrolment(enrolling(accountId), owner));
    const { allowCredentials = [] } = await optionsOf(passkeys.request(sessionOf(accountId)));
    for (const listed of [excludeCredentials, allowCredentials]) expect(listed.map(({ id }) => id).sort()).toEqual(ids);
    const discoverable = await optionsOf(passkeys.request({ ...sessionOf(accountId), accountId: null }));
    expect(discoverable).not.toHaveProperty('allowCredentials.0');
  });

  const broken: readonly [string, Faults][] = [
    ['of a page of another site', { origin: 'https://login.example.org' }],
    ['of a page in the frame of another site', { crossOrigin: true }],
    ['for another RP id', { rpId: 'example.org' }],
    ['to another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['of a proof', { type: 'webauthn.get' }],
    ['without user verification', { userVerified: false }],
    ['without user presence', { userPresent: false }],
    ['with another id', { credentialId: Buffer.alloc(32, 7).toString('base64url') }],
  ];
  test.each(broken)('with an answer %s is wrong', async (_, faults) => {
    expect(await answered(new SoftwareAuthenticator({ origin }), enrolling(), faults)).toEqual({ result: 'wrong' });
  });

  test('with the answer to another session, account or purpose is wrong', async () => {
    const session = enrolling();
    const credential = new SoftwareAuthenticator({ origin }).create(await passkeys.enrolment(session, owner));
    for (const other of [{ id: randomUUID() }, { accountId: randomUUID() }, { workflow: 'login-verification' }])
      expect(await passkeys.verifyEnrolment({ credential }, { ...session, ...other })).toEqual({ result: 'wrong' });
    // All answers of a session fit the options that its holder saw first.
    expect((await passkeys.verifyEnrolment({ credential }, { ...session, request: 3 })).result).toBe('correct');
  });

  test('with certificates is wrong: the library would ask an address in them', async () => {
    const session = enrolling();
    const credential = new SoftwareAuthenticator({ origin }).create(await passkeys.enrolment(session, owner)) as {
      response: { attestationObject: string };
    };
    const plain = Buffer.from(credential.response.attestationObject, 'base64url').toString('latin1');
    for (const format of ['fido-u2f', 'android-key', 'tpm', 'apple', 'android-safetynet']) {
      const text = String.fromCharCode(0x60 + format.length) + format;
      const attestationObject = Buffer.from(plain.replace('\u0064none', text), 'latin1').toString('base64url');
      const changed = { ...credential, response: { ...credential.response, attestationObject } };
      expect([format, await passkeys.verifyEnrolment({ credential: changed }, session)]).toEqual([format, { result: 'wrong' }]);
    }
  });

  test('of a credential that another account has is foreign, of one that the account has wrong', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const accountId = await enrolled(passkeys, authenticator);
    const [id = ''] = authenticator.credentialIds;
    for (const [account, result] of [
      [randomUUID(), 'foreign'],
      [accountId, 'wrong'],
    ] as const) {
      const session = enrolling(account);
      const credential = authenticator.recreate(await passkeys.enrolment(session, owner), id);
      expect(await passkeys.verifyEnrolment({ credential }, session)).toEqual({ result });
    }
  });

  test('is stored once, however often the task runs, and not again after a removal', async () => {
    const session = enrolling();
    const verdict = await answered(new SoftwareAuthenticator({ origin }), session);
    const credential = verdict.result === 'correct' ? verdict.credential : expect.fail(verdict.result);
    expect(await Promise.all([1, 2, 3].map(() => passkeys.enrol(credential, made(session))))).toEqual(['enrolled', 'enrolled', 'enrolled']);
    const [own, ...others] = await passkeys.of(session.accountId);
    expect(others).toEqual([]);
    expect(await passkeys.remove(session.accountId, own?.id ?? '')).toBe(true);
    expect(await passkeys.enrol(credential, made(session))).toBe('enrolled');
    expect(await passkeys.of(session.accountId)).toEqual([]);
  });

  test('of one credential by two accounts at the same time is stored for one of them', async () => {
    const authenticator = new SoftwareAuthenticator({ origin });
    const [mine, theirs] = [enrolling(), enrolling()];
    const first = await answered(authenticator, mine);
    const [id = ''] = authenticator.credentialIds;
    const second = await passkeys.verifyEnrolment(
      { credential: authenticator.recreate(await passkeys.enrolment(theirs, owner), id) },
      theirs,
    );
    if (first.result !== 'correct' || second.result !== 'correct') return expect.fail(`${first.result}, ${second.result}`);
    const results = await Promise.all([passkeys.enrol(first.credential, made(mine)), passkeys.enrol(second.credential, made(theirs))]);
    expect(results.sort()).toEqual(['enrolled', 'taken']);
  });

  test('beyond the limit of an account is wrong', async () => {
    const few = passkeysOf(store, 2);
    const accountId = await enrolled(few, new SoftwareAuthenticator({ origin }));
    await enrolled(few, new SoftwareAuthenticator({ origin }), accountId);
    await expect(enrolled(few, new SoftwareAuthenticator({ origin }), accountId)).rejects.toThrow('The enrolment is wrong');
  });

  test('changes the version of the account’s passkeys, and so does a removal', async () => {
    const accountId = randomUUID();
    const versions = [await passkeys.version(accountId)];
    for (let n = 0; n < 2; n += 1) {
      await enrolled(passkeys, new SoftwareAuthenticator({ origin }), accountId);
      versions.push(await passkeys.version(accountId));
    }
    const [first] = await passkeys.of(accountId);
    expect(await passkeys.rename(accountId, first?.id ?? '', 'Laptop')).toBe(true);
    expect(await passkeys.version(accountId)).toBe(versions[2]);
    await passkeys.remove(accountId, first?.id ?? '');
    versions.push(await passkeys.version(accountId));
    expect(versions[0]).toBeNull();
    expect(versions.filter((version, index) => version === versions[index + 1])).toEqual([]);
    expect(new Set(versions.slice(0, 3)).size).toBe(3);
    expect(await passkeys.rename(randomUUID(), first?.id ?? '', 'Laptop')).toBe(false);
  });
});
