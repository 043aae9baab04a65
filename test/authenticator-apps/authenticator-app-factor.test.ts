/** The factor `authenticator-app` on both databases: each code once, for its own account and its own secret alone. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticatorAppFigures } from '../../machines/authenticator-app-figures.ts';
import { valuesOf } from '../../machines/figures.ts';
import { AuthenticatorAppFactor } from '../../src/authenticator-apps/authenticator-app-factor.ts';
import type { FactorSession } from '../../src/common/factor.ts';
import { PersonalVault } from '../../src/secrets/personal-vault.ts';
import { AuthenticatorAppRecords } from '../../src/store/authenticator-app-records.ts';
import { keyringOf } from '../secrets/keys.ts';
import { AuthenticatorApp } from '../support/authenticator-app.ts';
import { databases, type TestStore } from '../support/databases.ts';

const step = 30_000;
/** The beginning of a step. */
const t0 = Date.UTC(2026, 0, 1);
const correct = { result: 'correct', methods: ['otp', 'mfa'] };
const wrong = { result: 'wrong' };

describe.each(databases)('on $name', ({ open }) => {
  let store: TestStore;
  let records: AuthenticatorAppRecords;
  beforeAll(async () => {
    store = await open();
    records = new AuthenticatorAppRecords(store.db);
  });
  afterAll(() => store.close());

  /** Each call is a service process of its own. */
  const node = (profile: 'default' | 'strict' = 'default') => {
    const keyring = keyringOf('k1');
    return new AuthenticatorAppFactor({
      store: records,
      policy: valuesOf(authenticatorAppFigures, profile),
      serviceName: 'Acme',
      derive: ({ id, keyId, accountId }) => keyring.mac(keyId, 'module:authenticator-apps', ['secret', id, accountId]),
      vault: new PersonalVault(keyring),
    });
  };
  const session = (accountId: string, at: number, id: string = randomUUID()): FactorSession => {
    return { id, keyId: 'k1', workflow: 'login-verification', accountId, request: 1, at };
  };
  const newApp = async (enrolling: FactorSession, factor = node()) =>
    new AuthenticatorApp(String((await factor.enrolment(enrolling, { email: 'jane@example.com' }))['address']));
  /** An account with an app that was added at `t0`. */
  async function owner(factor = node()) {
    const accountId = randomUUID();
    return { factor, accountId, app: await added(accountId, { factor, at: t0 }) };
  }
  async function added(
    accountId: string,
    { factor = node(), at, key = randomUUID() }: { factor?: AuthenticatorAppFactor; at: number; key?: string },
  ) {
    const enrolling = session(accountId, at);
    const app = await newApp(enrolling, factor);
    const verdict = await factor.verifyEnrolment({ code: app.codeAt(at) }, enrolling);
    if (verdict.result !== 'correct') throw new Error('The enrolment was refused');
    await factor.enrol(verdict.credential, { accountId, key, name: null, at });
    return app;
  }
  const prove = (
    accountId: string,
    code: string,
    at: number,
    { factor = node(), id = randomUUID() as string, attempt = randomUUID() as string } = {},
  ) => factor.verify({ code }, session(accountId, at, id), attempt);

  test('an enrolment shows the same secret again, and no other session shows it', async () => {
    const [accountId, other] = [randomUUID(), randomUUID()];
    const enrolling = session(accountId, t0);
    const shown = await node().enrolment(enrolling, { email: 'jane@example.com' });
    expect(await node().enrolment({ ...enrolling, at: t0 + 60_000, request: 2 }, { email: 'jane@example.com' })).toEqual(shown);
    expect(shown['secret']).toMatch(/^[A-Z2-7]{32}$/);
    expect(shown['qrCode']).toMatch(/^data:image\/svg\+xml,/);
    for (const another of [session(accountId, t0), { ...enrolling, accountId: other }])
      expect((await node().enrolment(another, { email: 'jane@example.com' }))['secret']).not.toBe(shown['secret']);
  });

  test('the app shows the name of the service and the address of the owner', async () => {
    const { issuer, account } = await newApp(session(randomUUID(), t0));
    expect([issuer, account]).toEqual(['Acme', 'jane@example.com']);
  });

  test('an enrolment takes a code of this secret alone, one step of drift included', async () => {
    const enrolling = session(randomUUID(), t0);
    const app = await newApp(enrolling);
    for (const drift of [-1, 0, 1])
      expect(await node().verifyEnrolment({ code: app.codeAt(t0 + drift * step) }, enrolling)).toMatchObject({ result: 'correct' });
    for (const answer of [
      { code: app.codeAt(t0 - 2 * step) },
      { code: app.codeAt(t0 + 2 * step) },
      { code: app.wrongCodeAt(t0) },
      {},
      { credential: {} },
    ])
      expect(await node().verifyEnrolment(answer, enrolling)).toEqual(wrong);
    expect(await node().version(enrolling.accountId)).toBeNull();
  });

  test('the code of the enrolment is not good for a login', async () => {
    const { accountId, app } = await owner();
    expect(await prove(accountId, app.codeAt(t0), t0 + 1)).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(t0 + step), t0 + 1)).toEqual(correct);
  });

  test.each([
    [-2, 'wrong'],
    [-1, 'correct'],
    [0, 'correct'],
    [1, 'correct'],
    [2, 'wrong'],
  ])('a code that is %d steps away is %s', async (drift, result) => {
    const { accountId, app } = await owner();
    const at = t0 + 10 * step;
    expect((await prove(accountId, app.codeAt(at + drift * step), at)).result).toBe(result);
  });

  test('the strict profile takes the code of the current step alone', async () => {
    const factor = node('strict');
    const { accountId, app } = await owner(factor);
    const at = t0 + 10 * step;
    for (const drift of [-1, 1]) expect(await prove(accountId, app.codeAt(at + drift * step), at, { factor })).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at), at, { factor })).toEqual(correct);
  });

  test('a step is good once, and earlier ones are over with it', async () => {
    const { accountId, app } = await owner();
    const at = t0 + 10 * step;
    expect(await prove(accountId, app.codeAt(at), at)).toEqual(correct);
    for (const drift of [-1, 0]) expect(await prove(accountId, app.codeAt(at + drift * step), at + 1)).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at + step), at + 1)).toEqual(correct);
  });

  test('a repetition gets the same answer, also after later uses and when the step is long over', async () => {
    const { accountId, app } = await owner();
    const at = t0 + 10 * step;
    const same = { id: randomUUID(), attempt: 'first' };
    expect(await prove(accountId, app.codeAt(at), at, same)).toEqual(correct);
    expect(await prove(accountId, app.codeAt(at + step), at)).toEqual(correct);
    expect(await prove(accountId, app.codeAt(at), at + 9 * step, same)).toEqual(correct);
    expect(await prove(accountId, app.wrongCodeAt(at), at, same)).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at), at, { ...same, attempt: 'second' })).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at), at, { ...same, id: randomUUID() })).toEqual(wrong);
  });

  test('of many sessions in several processes at once, one uses the code', async () => {
    const { accountId, app } = await owner();
    const at = t0 + 10 * step;
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => prove(accountId, app.codeAt(at), at)));
    expect(verdicts.filter(({ result }) => result === 'correct')).toHaveLength(1);
  });

  test('repetitions in several processes at once use one code', async () => {
    const { accountId, app } = await owner();
    const at = t0 + 10 * step;
    const same = { id: randomUUID(), attempt: 'same' };
    const verdicts = await Promise.all(Array.from({ length: 12 }, () => prove(accountId, app.codeAt(at), at, same)));
    expect(verdicts).toEqual(Array.from({ length: 12 }, () => correct));
  });

  test('a clock that goes back makes no used code good again', async () => {
    const { accountId, app } = await owner();
    const at = t0 + 100 * step;
    expect(await prove(accountId, app.codeAt(at), at)).toEqual(correct);
    for (const back of [1, 2, 50]) expect(await prove(accountId, app.codeAt(at - back * step), at - back * step)).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at), at - step)).toEqual(wrong);
    expect(await prove(accountId, app.codeAt(at + step), at + step)).toEqual(correct);
  });

  test('a code of another account is wrong, and stays good for that account', async () => {
    const [mine, theirs] = [await owner(), await owner()];
    const at = t0 + 10 * step;
    expect(await prove(mine.accountId, theirs.app.codeAt(at), at)).toEqual(wrong);
    expect(await prove(theirs.accountId, theirs.app.codeAt(at), at)).toEqual(correct);
    expect(await prove(randomUUID(), mine.app.codeAt(at), at)).toEqual(wrong);
  });

  test('an answer without a code is wrong', async () => {
    const { factor, accountId } = await owner();
    for (const answer of [{}, { credential: { id: 'a' } }]) expect(await factor.verify(answer, session(accountId, t0), 'a')).toEqual(wrong);
  });

  test('a new app replaces the earlier one as a whole, and has another version', async () => {
    const { factor, accountId, app } = await owner();
    const before = await factor.version(accountId);
    const at = t0 + 10 * step;
    const newer = await added(accountId, { at });
    expect(await factor.version(accountId)).not.toBe(before);
    expect(await prove(accountId, app.codeAt(at + step), at + step)).toEqual(wrong);
    expect(await prove(accountId, newer.codeAt(at + step), at + step)).toEqual(correct);
  });

  test('a use that meets a replacement uses nothing of the new app', async () => {
    const { accountId } = await owner();
    const former = await records.find(accountId);
    await added(accountId, { at: t0 + step });
    expect(await records.use({ accountId, enrolment: former?.enrolment ?? '' }, { step: 2 ** 40, attempt: 'late' })).toBe(false);
    expect((await records.find(accountId))?.uses).toEqual([]);
  });

  test('a repeated enrolment changes nothing: not after a use, a replacement or a removal', async () => {
    const accountId = randomUUID();
    const factor = node();
    const app = await added(accountId, { at: t0, key: 'first' });
    const at = t0 + 10 * step;
    expect(await prove(accountId, app.codeAt(at), at)).toEqual(correct);
    const again = () =>
      factor.enrol({ secret: 'A'.repeat(32), digits: '6', periodMs: '30000', lastStep: '0' }, { accountId, key: 'first', name: null, at });
    await again();
    expect(await prove(accountId, app.codeAt(at), at)).toEqual(wrong);
    await added(accountId, { at, key: 'second' });
    await again();
    expect(await factor.version(accountId)).toBe('second');
    expect(await records.remove(accountId, at)).toBe(true);
    await again();
    expect(await factor.version(accountId)).toBeNull();
    await added(accountId, { at, key: 'third' });
    expect(await factor.version(accountId)).toBe('third');
  });

  test('a removed app proves nothing, and is removed once', async () => {
    const { factor, accountId, app } = await owner();
    const at = t0 + 10 * step;
    expect(await Promise.all([records.remove(accountId, at), records.remove(accountId, at)])).toEqual(
      expect.arrayContaining([true, false]),
    );
    expect([await factor.version(accountId), await prove(accountId, app.codeAt(at), at)]).toEqual([null, wrong]);
    expect(await records.remove(randomUUID(), at)).toBe(false);
  });

  test('an app keeps the shape of its codes when the figures change', async () => {
    const { accountId, app } = await owner();
    const keyring = keyringOf('k1');
    const policy = { ...valuesOf(authenticatorAppFigures, 'default'), appCodeDigits: 8, appCodePeriodMs: 60_000 };
    const later = new AuthenticatorAppFactor({
      store: records,
      policy,
      serviceName: 'Acme',
      derive: ({ id, keyId }) => keyring.mac(keyId, 'module:authenticator-apps', ['secret', id]),
      vault: new PersonalVault(keyring),
    });
    const at = t0 + 11 * step;
    expect(await prove(accountId, app.codeAt(at), at, { factor: later })).toEqual(correct);
    expect(await newApp(session(accountId, at), later)).toMatchObject({ digits: 8, periodMs: 60_000 });
  });

  test('the database holds the secret sealed, and bound to its account', async () => {
    const [mine, theirs] = [await owner(), await owner()];
    const stored = await records.find(mine.accountId);
    if (stored === null) throw new Error('The app is missing');
    expect(stored.sealed).toMatch(/^k1:/);
    await records.enrol({ ...stored, accountId: theirs.accountId, enrolment: 'moved', at: t0 });
    await expect(prove(theirs.accountId, '000000', t0)).rejects.toThrow();
  });

  test('rows of removed apps are purged, others stay', async () => {
    const [removed, present] = [await owner(), await owner()];
    await records.remove(removed.accountId, t0);
    const rows = () => store.db.selectFrom('authenticator_apps').select('account_id').where('account_id', '=', removed.accountId).execute();
    await records.purge(t0);
    expect(await rows()).toHaveLength(1);
    await records.purge(t0 + 1);
    expect(await rows()).toEqual([]);
    expect(await present.factor.version(present.accountId)).not.toBeNull();
  });
});
