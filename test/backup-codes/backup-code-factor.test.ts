/** The factor `backup-code` on both databases: each code once, replaced as a whole. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupCodeFigures } from '../../machines/backup-code-figures.ts';
import { valuesOf } from '../../machines/figures.ts';
import { BackupCodeFactor } from '../../src/backup-codes/backup-code-factor.ts';
import type { FactorSession } from '../../src/common/factor.ts';
import { BackupCodeRecords } from '../../src/store/backup-code-records.ts';
import { keyringOf } from '../secrets/keys.ts';
import { databases, type TestStore } from '../support/databases.ts';

const t0 = Date.UTC(2026, 0, 1);
const purpose = 'module:backup-codes';
const wrong = { result: 'wrong' };
const correct = (left: number) => ({ result: 'correct', methods: ['otp', 'mfa'], left, isRunningOut: left <= 2 });

describe.each(databases)('on $name', ({ open }) => {
  let store: TestStore;
  let records: BackupCodeRecords;
  beforeAll(async () => {
    store = await open();
    records = new BackupCodeRecords(store.db);
  });
  afterAll(() => store.close());

  /** Each call is a service process of its own, with these secret keys. */
  const node = (...keys: readonly string[]) => {
    const keyring = keyringOf(...(keys.length === 0 ? ['k1'] : keys));
    return new BackupCodeFactor({
      store: records,
      policy: valuesOf(backupCodeFigures, 'default'),
      derive: ({ id, keyId, accountId }, number) => keyring.mac(keyId, purpose, ['code', id, accountId, String(number)]),
      hash: (keyId, accountId, code) => keyring.mac(keyId, purpose, ['hash', accountId, code]).toString('base64url'),
      currentKeyId: keyring.currentId,
      keyIds: keyring.ids,
    });
  };
  const session = (accountId: string, id: string = randomUUID()): FactorSession => {
    return { id, keyId: 'k1', workflow: 'login-verification', accountId, request: 1, at: t0 };
  };
  const codesOf = async (enrolling: FactorSession, factor = node()) => (await factor.enrolment(enrolling))['codes'] as string[];
  async function added(accountId: string, { factor = node(), key = randomUUID() as string } = {}) {
    const enrolling = session(accountId);
    const codes = await codesOf(enrolling, factor);
    const verdict = await factor.verifyEnrolment({ code: codes[3] ?? '' }, enrolling);
    if (verdict.result !== 'correct') throw new Error('The enrolment was refused');
    await factor.enrol(verdict.credential, { accountId, key, name: null, at: t0 });
    return codes;
  }
  async function owner() {
    const accountId = randomUUID();
    return { accountId, codes: await added(accountId) };
  }
  const prove = (
    accountId: string,
    code: string | undefined,
    { factor = node(), id = randomUUID() as string, attempt = randomUUID() as string } = {},
  ) => factor.verify({ code: code ?? '' }, session(accountId, id), attempt);

  test('an enrolment shows ten different codes again, and no other session shows them', async () => {
    const enrolling = session(randomUUID());
    const codes = await codesOf(enrolling);
    expect(new Set(codes).size).toBe(10);
    expect(await codesOf({ ...enrolling, at: t0 + 60_000, request: 2 })).toEqual(codes);
    for (const other of [session(enrolling.accountId), { ...enrolling, accountId: randomUUID() }])
      expect((await codesOf(other)).filter((code) => codes.includes(code))).toEqual([]);
  });

  test('an enrolment is confirmed by one of its codes, which stays unused', async () => {
    const enrolling = session(randomUUID());
    const [first = ''] = await codesOf(enrolling);
    for (const code of ['', '00000-00000', ...(await codesOf(session(enrolling.accountId)))])
      expect(await node().verifyEnrolment({ code }, enrolling)).toEqual(wrong);
    expect(await node().verifyEnrolment({}, enrolling)).toEqual(wrong);
    expect(await node().verifyEnrolment({ code: first.toLowerCase() }, enrolling)).toMatchObject({ result: 'correct' });
    expect(await node().version(enrolling.accountId)).toBeNull();
    const { accountId, codes } = await owner();
    expect(await prove(accountId, codes[3])).toEqual(correct(9));
  });

  test('the credential of an enrolment holds no code', async () => {
    const enrolling = session(randomUUID());
    const codes = await codesOf(enrolling);
    const kept = JSON.stringify(await node().verifyEnrolment({ code: codes[0] ?? '' }, enrolling));
    for (const code of codes) for (const text of [code, code.replace('-', '')]) expect(kept).not.toContain(text);
  });

  test('each of the ten is good once, in any order, and says how many are left', async () => {
    const { accountId, codes } = await owner();
    for (const [used, code] of codes.toReversed().entries()) {
      expect(await prove(accountId, code)).toEqual(correct(9 - used));
      expect(await prove(accountId, code)).toEqual(wrong);
    }
    for (const code of codes) expect(await prove(accountId, code)).toEqual(wrong);
    expect(await node().version(accountId)).toBeNull();
  });

  test('a set is used up once its last code is used, and not after its removal', async () => {
    const { accountId, codes } = await owner();
    const version = (await node().version(accountId)) ?? expect.fail('no version');
    for (const code of codes.slice(1)) expect(await prove(accountId, code)).toMatchObject({ result: 'correct' });
    expect(await node().isSpent(accountId, version)).toBe(false);
    const last = { id: randomUUID(), attempt: randomUUID() };
    expect(await prove(accountId, codes[0], last)).toMatchObject({ result: 'correct', left: 0 });
    expect(await node().isSpent(accountId, version)).toBe(true);
    expect(await prove(accountId, codes[0], last)).toMatchObject({ result: 'correct', left: 0 });
    expect(await node().isSpent(accountId, 'another')).toBe(false);
    await records.remove(accountId, t0);
    expect(await node().isSpent(accountId, version)).toBe(false);
  });

  test('a code is read as people type it', async () => {
    const { accountId, codes } = await owner();
    expect(await prove(accountId, ` ${codes[0]?.toLowerCase().replace('-', ' ')} `)).toEqual(correct(9));
    expect(await prove(accountId, codes[1]?.replace('-', ''))).toEqual(correct(8));
  });

  test('a repetition gets the same answer, also after later uses', async () => {
    const { accountId, codes } = await owner();
    const same = { id: randomUUID(), attempt: 'first' };
    expect(await prove(accountId, codes[0], same)).toEqual(correct(9));
    expect(await prove(accountId, codes[1])).toEqual(correct(8));
    expect(await prove(accountId, codes[0], same)).toEqual(correct(9));
    expect(await prove(accountId, codes[0], { ...same, attempt: 'second' })).toEqual(wrong);
    expect(await prove(accountId, codes[0], { ...same, id: randomUUID() })).toEqual(wrong);
  });

  test('of many sessions in several processes at once, one uses the code', async () => {
    const { accountId, codes } = await owner();
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => prove(accountId, codes[0])));
    expect(verdicts.filter(({ result }) => result === 'correct')).toEqual([correct(9)]);
  });

  test('repetitions in several processes at once use one code', async () => {
    const { accountId, codes } = await owner();
    const same = { id: randomUUID(), attempt: 'same' };
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => prove(accountId, codes[0], same)));
    expect(verdicts).toEqual(Array.from({ length: 12 }, () => correct(9)));
    expect((await records.find(accountId))?.uses).toHaveLength(1);
  });

  test('all ten at once leave each number once', async () => {
    const { accountId, codes } = await owner();
    const verdicts = await Promise.all(codes.map((code) => prove(accountId, code)));
    expect(verdicts.map((verdict) => ('left' in verdict ? verdict.left : null)).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a code of another account is wrong, and stays good for that account', async () => {
    const [mine, theirs] = [await owner(), await owner()];
    expect(await prove(mine.accountId, theirs.codes[0])).toEqual(wrong);
    expect(await prove(randomUUID(), theirs.codes[0])).toEqual(wrong);
    expect(await prove(theirs.accountId, theirs.codes[0])).toEqual(correct(9));
  });

  test('an answer without a code is wrong', async () => {
    const { accountId } = await owner();
    for (const answer of [{}, { credential: { id: 'a' } }]) expect(await node().verify(answer, session(accountId), 'a')).toEqual(wrong);
  });

  test('a new set replaces the earlier one as a whole, and has another version', async () => {
    const { accountId, codes } = await owner();
    const before = await node().version(accountId);
    const former = await records.find(accountId);
    const newer = await added(accountId);
    expect(await node().version(accountId)).not.toBe(before);
    for (const code of codes) expect(await prove(accountId, code)).toEqual(wrong);
    // A login that read the former set a moment ago.
    const [hash = ''] = former?.unused ?? [];
    expect(await records.use({ accountId, enrolment: former?.enrolment ?? '' }, { hash, attempt: 'late' })).toBeNull();
    expect(await prove(accountId, newer[0])).toEqual(correct(9));
  });

  test('a repeated enrolment changes nothing: not after a use, a replacement or a removal', async () => {
    const accountId = randomUUID();
    const codes = await added(accountId, { key: 'first' });
    const again = () => node().enrol({ keyId: 'k1', hashes: 'a b' }, { accountId, key: 'first', name: null, at: t0 });
    expect(await prove(accountId, codes[0])).toEqual(correct(9));
    await again();
    expect(await prove(accountId, codes[0])).toEqual(wrong);
    expect(await prove(accountId, codes[1])).toEqual(correct(8));
    await added(accountId, { key: 'second' });
    await again();
    expect(await node().version(accountId)).toBe('second');
    expect(await records.remove(accountId, t0)).toBe(true);
    await again();
    expect(await node().version(accountId)).toBeNull();
  });

  test('removed codes prove nothing, and are removed once', async () => {
    const { accountId, codes } = await owner();
    expect(await Promise.all([records.remove(accountId, t0), records.remove(accountId, t0)])).toEqual(
      expect.arrayContaining([true, false]),
    );
    expect([await node().version(accountId), await prove(accountId, codes[0])]).toEqual([null, wrong]);
    expect(await records.remove(randomUUID(), t0)).toBe(false);
  });

  test('codes stay good after a new secret key, and end with the key that hashed them', async () => {
    const { accountId, codes } = await owner();
    expect(await prove(accountId, codes[0], { factor: node('k2', 'k1') })).toEqual(correct(9));
    expect(await node('k2').version(accountId)).toBeNull();
    expect(await prove(accountId, codes[1], { factor: node('k2') })).toEqual(wrong);
    const renewed = await added(accountId, { factor: node('k2', 'k1') });
    expect((await records.find(accountId))?.keyId).toBe('k2');
    expect(await prove(accountId, renewed[0], { factor: node('k2', 'k1') })).toEqual(correct(9));
  });

  test('the database holds no code and no hash that two accounts share', async () => {
    const { accountId, codes } = await owner();
    const row = JSON.stringify(await store.db.selectFrom('backup_codes').selectAll().where('account_id', '=', accountId).execute());
    for (const code of codes) for (const text of [code, code.replace('-', '')]) expect(row).not.toContain(text);
    const stored = await records.find(accountId);
    const other = randomUUID();
    await records.enrol({ ...stored, accountId: other, enrolment: 'copied', keyId: 'k1', unused: stored?.unused ?? [], at: t0 });
    expect(await prove(other, codes[0])).toEqual(wrong);
  });

  test('rows of removed codes are purged, others stay', async () => {
    const [removed, present] = [await owner(), await owner()];
    await records.remove(removed.accountId, t0);
    const rows = () => store.db.selectFrom('backup_codes').select('account_id').where('account_id', '=', removed.accountId).execute();
    await records.purge(t0);
    expect(await rows()).toHaveLength(1);
    await records.purge(t0 + 1);
    expect(await rows()).toEqual([]);
    expect(await node().version(present.accountId)).not.toBeNull();
  });
});
