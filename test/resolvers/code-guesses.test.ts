/** Guesses are counted in one record of each destination. The record is written, and read again and merged after a lost race. */
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/engine/errors.ts';
import { type Caller, serviceCaller } from '../../src/engine/ports.ts';
import { CodeGuesses, type StoredCount } from '../../src/resolvers/code-guesses.ts';
import type { GuessLimits } from '../../src/resolvers/guess-rule.ts';

const at = Date.UTC(2026, 0, 1);
const day = 24 * 3_600_000;
const limits: GuessLimits = {
  names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
  wrong: 3,
  windowMs: 30 * day,
  perDay: 10,
  perNetwork: 1,
  failures: 0,
};

/** The records of a store in memory. */
class Records {
  readonly rows = new Map<string, StoredCount>();
  readonly ends = new Map<string, number>();
  reads = 0;
  /** The number of writes that lose a race to another process. */
  outrun = 0;

  async read(keys: readonly string[]): Promise<(StoredCount | null)[]> {
    this.reads += 1;
    return keys.map((each) => this.rows.get(each) ?? null);
  }

  async write({ endsAt, ...count }: StoredCount & { readonly endsAt: number }): Promise<boolean> {
    const present = this.rows.get(count.key);
    if (this.outrun > 0 || (present && present.revision + 1 !== count.revision)) {
      this.outrun -= 1;
      return false;
    }
    this.rows.set(count.key, count);
    this.ends.set(count.key, endsAt);
    return true;
  }

  /** The action of another process before a removal. */
  meanwhile: () => Promise<unknown> = async () => {};

  async remove(records: readonly Pick<StoredCount, 'key' | 'revision'>[]): Promise<void> {
    await this.meanwhile();
    for (const { key: each, revision } of records) if (this.rows.get(each)?.revision === revision) this.rows.delete(each);
  }
}

/** @param secrets the secret keys, the current one first */
function counting(records = new Records(), secrets: readonly string[] = ['a'], of: GuessLimits = limits) {
  const guesses = new CodeGuesses({ store: records, limits: of, hashes: (parts) => secrets.map((secret) => [secret, ...parts].join(' ')) });
  return { records, guesses };
}

const destination = 'jane@example.com';
const key = 'a destination jane@example.com';
const guess = (n: number, caller: Caller = serviceCaller, code = `c${n}`) => ({ destination, id: `g${n}`, code, caller, at });

describe('a guess', () => {
  test('is written before its comparison, and the third one throttles its destination', async () => {
    const { guesses, records } = counting();
    expect([await guesses.reserve(guess(1)), await guesses.reserve(guess(2)), await guesses.reserve(guess(3))]).toEqual([
      { refusal: null, isLast: false },
      { refusal: null, isLast: false },
      { refusal: null, isLast: true },
    ]);
    expect(records.rows.get(key)?.document.guesses).toHaveLength(3);
    expect([await guesses.isThrottled(destination, at), await guesses.isThrottled('john@example.com', at)]).toEqual([true, false]);
    expect(records.ends.get(key)).toBe(at + limits.windowMs);
  });

  test('of one request counts once for each code: a key that outlives a code guesses anew at the next one', async () => {
    const { guesses, records } = counting();
    await guesses.reserve(guess(1, serviceCaller, 'first'));
    await guesses.reserve(guess(1, serviceCaller, 'first'));
    await guesses.reserve(guess(1, serviceCaller, 'second'));
    expect(records.rows.get(key)?.document.guesses).toHaveLength(2);
    await guesses.forgive(guess(1, serviceCaller, 'first'));
    await guesses.withdraw(guess(1, serviceCaller, 'second'));
    expect(records.rows.get(key)?.document.guesses).toEqual([]);
  });

  test('is judged again after each lost race, and gives up after fifty', async () => {
    const { guesses, records } = counting();
    records.outrun = 49;
    expect(await guesses.reserve(guess(1))).toEqual({ refusal: null, isLast: false });
    expect([records.reads, records.rows.get(key)?.document.guesses.length]).toEqual([50, 1]);
    records.outrun = 50;
    await expect(guesses.reserve(guess(2))).rejects.toThrow(StoreUnavailable);
  });

  test('that waits with others is judged in order, in one write', async () => {
    const { guesses, records } = counting();
    await guesses.reserve(guess(0));
    const [reads, revision] = [records.reads, records.rows.get(key)?.revision ?? 0];
    const verdicts = await Promise.all([1, 2, 3, 4].map((n) => guesses.reserve(guess(n, { ...serviceCaller, network: `n${n}` }))));
    expect(verdicts.map((verdict) => verdict.refusal === null && verdict.isLast)).toEqual([false, true, true, true]);
    expect([records.reads - reads, (records.rows.get(key)?.revision ?? 0) - revision]).toEqual([2, 2]);
  });

  test('that is refused writes nothing', async () => {
    const { guesses, records } = counting();
    await guesses.set(destination, 'closed', at);
    const before = records.rows.get(key);
    expect(await guesses.reserve(guess(1))).toEqual({ refusal: { limit: 'guesses-closed', until: null } });
    expect(await guesses.admitCode(guess(1))).toEqual({ limit: 'guesses-closed', until: null });
    expect(records.rows.get(key)).toBe(before);
  });
});

describe('a code for a throttled destination', () => {
  test.each<[string, Partial<Caller>, Partial<Caller>, boolean]>([
    ['one network', { network: 'n' }, { network: 'n', clientKey: 'k' }, false],
    ['two networks', { network: 'n' }, { network: 'm' }, true],
    ['one server that names nobody', { clientKey: 'k' }, { clientKey: 'k' }, false],
    ['two servers that name nobody', { clientKey: 'k' }, { clientKey: 'l' }, true],
    ['this machine', {}, {}, false],
    ['this machine and a server', {}, { clientKey: 'k' }, true],
  ])('takes the place of a network: from %s', async (_, one, other, isTaken) => {
    const { guesses } = counting();
    await guesses.set(destination, 'throttled', at);
    expect(await guesses.admitCode(guess(1, { ...serviceCaller, ...one }))).toBeNull();
    const second = await guesses.admitCode(guess(2, { ...serviceCaller, ...other }));
    expect(second).toEqual(isTaken ? null : { limit: 'guesses-network', until: at + day });
    await guesses.withdrawCode(guess(1));
    expect(await guesses.admitCode(guess(3, { ...serviceCaller, ...one }))).toBeNull();
  });
});

describe('a record', () => {
  test('under a former secret key counts too, and is merged with the current one by the next guess', async () => {
    const { records, guesses: before } = counting();
    for (const n of [1, 2]) await before.reserve(guess(n));
    const { guesses } = counting(records, ['new', 'a']);
    expect(await guesses.reserve(guess(3))).toEqual({ refusal: null, isLast: true });
    expect([...records.rows.keys()]).toEqual(['new destination jane@example.com']);
    expect(await guesses.isThrottled(destination, at)).toBe(true);
  });

  test('under a former key stays if a process that starts with that key counted there meanwhile', async () => {
    const { records, guesses: former } = counting(undefined, ['a', 'new']);
    await former.reserve(guess(1));
    const { guesses } = counting(records, ['new', 'a']);
    records.meanwhile = async () => {
      records.meanwhile = async () => {};
      // The process read before the other one wrote.
      const { rows } = records;
      const row = rows.get(key);
      if (row)
        rows.set(key, {
          ...row,
          revision: row.revision + 1,
          document: { ...row.document, guesses: [...row.document.guesses, { at, id: 'g2 c2' }], failures: row.document.failures + 1 },
        });
    };
    await guesses.reserve(guess(3));
    expect((await guesses.reserve(guess(4))).refusal).toBeNull();
    expect([...records.rows.values()].flatMap(({ document }) => document.guesses.map(({ id }) => id)).sort()).toEqual([
      'g1 c1',
      'g2 c2',
      'g3 c3',
      'g4 c4',
    ]);
    expect(records.rows.get('new destination jane@example.com')?.document.failures).toBe(4);
  });

  test('under a former key counts once, although its removal failed', async () => {
    const of = { ...limits, wrong: 10, failures: 5 };
    const { records, guesses: before } = counting(new Records(), ['a'], of);
    for (const n of [1, 2]) await before.reserve(guess(n));
    const { guesses } = counting(records, ['new', 'a'], of);
    records.meanwhile = () => Promise.reject(new StoreUnavailable('The database is gone'));
    await expect(guesses.reserve(guess(3))).rejects.toThrow(StoreUnavailable);
    const current = 'new destination jane@example.com';
    expect([...records.rows.keys()].sort()).toEqual([key, current]);
    // A process that starts with the former key reads both records too.
    const { guesses: former } = counting(records, ['a', 'new'], of);
    await expect(former.reserve(guess(4))).rejects.toThrow(StoreUnavailable);
    expect(records.rows.get(key)?.document).toMatchObject({ failures: 4, closed: false });
    // A guess that was taken back stays so.
    await expect(guesses.forgive(guess(4))).rejects.toThrow(StoreUnavailable);
    records.meanwhile = async () => {};
    await guesses.open(destination);
    await guesses.reserve(guess(5));
    expect([...records.rows.keys()]).toEqual([current]);
    expect(records.rows.get(current)?.document).toMatchObject({ failures: 1, closed: false });
    expect(records.rows.get(current)?.document.guesses.map(({ id }) => id)).toEqual(['g1 c1', 'g2 c2', 'g3 c3', 'g5 c5']);
  });

  test('is opened if guesses were stored, and created otherwise', async () => {
    const { records, guesses } = counting();
    await guesses.set(destination, 'throttled', at);
    await guesses.reserve(guess(1));
    await guesses.open(destination);
    expect(records.rows.get(key)?.document).toMatchObject({ failures: 0, closed: false });
    expect(await guesses.isThrottled(destination, at)).toBe(true);
    await guesses.set(destination, 'open', at);
    expect(records.rows.get(key)?.document).toEqual({ guesses: [], places: [], failures: 0, closed: false });
  });

  test('never expires if failures in a row close a destination', async () => {
    const { records, guesses } = counting(new Records(), ['a'], { ...limits, failures: 5 });
    await guesses.reserve(guess(1));
    expect(records.ends.get(key)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
