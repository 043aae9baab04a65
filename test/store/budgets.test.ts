import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Draw } from '../../src/store/budgets.ts';
import { databases, type TestStore } from '../support/databases.ts';

const minute = 60_000;
const sliding = (key: string, most: number): Draw => ({ key, most, window: 'sliding', windowMs: 10 * minute });
const daily = (key: string, most: number): Draw => ({ key, most, window: 'fixed', windowMs: 24 * 60 * minute });
const t0 = Date.UTC(2026, 0, 1, 12);

const limits = { a: 1, b: 3, c: 10, d: 40 } as const;
type Name = keyof typeof limits;
const allNames = Object.keys(limits) as Name[];
const wish = fc.record({ names: fc.uniqueArray(fc.constantFrom(...allNames), { minLength: 1 }), afterMs: fc.integer({ min: 0, max: 20 }) });

interface Answered {
  readonly names: readonly Name[];
  readonly at: number;
  readonly refused: { readonly until: number } | null;
}

/** The room that the answers leave in a budget. */
function room(answers: readonly Answered[], name: Name): number {
  return limits[name] - answers.filter(({ names, refused }) => refused === null && names.includes(name)).length;
}

/** No budget is overdrawn, and no request was refused while there was room; draws do not return within the test. */
function expectFair(answers: readonly Answered[]): void {
  for (const name of allNames) expect(room(answers, name)).toBeGreaterThanOrEqual(0);
  for (const { names, at, refused } of answers) {
    if (refused === null) continue;
    expect(names.some((name) => room(answers, name) === 0)).toBe(true);
    expect(refused.until).toBeGreaterThan(at);
  }
}

describe.each(databases)('budgets on $name', ({ open }) => {
  let store: TestStore;
  let spent = 0;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const spend = (draws: readonly Draw[], at: number, entry = `entry-${++spent}`) => store.budgets.spend(draws, entry, at);

  test('a sliding window has room again when its oldest draw leaves it, to the millisecond', async () => {
    const draw = [sliding('number', 3)];
    for (const at of [t0, t0 + minute, t0 + 2 * minute]) expect(await spend(draw, at)).toBeNull();
    expect(await spend(draw, t0 + 10 * minute - 1)).toEqual({ until: t0 + 10 * minute });
    expect(await spend(draw, t0 + 10 * minute)).toBeNull();
    expect(await spend(draw, t0 + 10 * minute)).toEqual({ until: t0 + 11 * minute });
  });

  test('a limit below the current draws waits until enough of them have left', async () => {
    for (const at of [0, 1, 2, 3]) await spend([sliding('lowered', 4)], t0 + at * minute);
    expect(await spend([sliding('lowered', 2)], t0 + 4 * minute)).toEqual({ until: t0 + 12 * minute });
  });

  test('a fixed window counts, and has room again at its end', async () => {
    const midnight = Date.UTC(2026, 0, 2);
    for (let count = 0; count < 150; count += 1) expect(await spend([daily('country', 150)], t0)).toBeNull();
    expect(await spend([daily('country', 150)], midnight - 1)).toEqual({ until: midnight });
    expect(await spend([daily('country', 150)], midnight)).toBeNull();
  });

  test('nothing is drawn from any budget when one has no room, and the refusal has the longest wait', async () => {
    const [number, range] = [sliding('one', 1), sliding('range', 2)];
    expect(await spend([number, range], t0)).toBeNull();
    expect(await spend([number, range, daily('all', 1)], t0 + 1)).toEqual({ until: t0 + 10 * minute });
    expect(await spend([daily('all', 1)], t0 + 2)).toBeNull();
    expect(await spend([number, daily('all', 1)], t0 + 3)).toEqual({ until: Date.UTC(2026, 0, 2) });
    expect(await spend([range], t0 + 4)).toBeNull();
  });

  test('a repeated entry costs nothing', async () => {
    const draw = [sliding('repeated', 1)];
    expect(await spend(draw, t0, 'this')).toBeNull();
    expect(await spend(draw, t0 + minute, 'this')).toBeNull();
    expect(await spend(draw, t0 + minute, 'that')).toEqual({ until: t0 + 10 * minute });
  });

  test('an admitted entry costs nothing in a request with others', async () => {
    const draw = [sliding('among', 4), daily('among all', 4)];
    expect(await spend(draw, t0, 'this')).toBeNull();
    expect(await Promise.all(['this', 'that', 'another'].map((entry) => spend(draw, t0 + 1, entry)))).toEqual([null, null, null]);
    const more = await Promise.all(['this', 'fourth', 'fifth'].map((entry) => spend(draw, t0 + 2, entry)));
    expect(more.map((refused) => refused === null).sort()).toEqual([false, true, true]);
    expect(await spend(draw, t0 + 3, 'that')).toBeNull();
  });

  test('many simultaneous requests with one entry cost one, in a fixed window too', async () => {
    const draws = [sliding('start', 5), daily('starts', 5)];
    expect(await Promise.all(Array.from({ length: 20 }, () => spend(draws, t0, 'one')))).toEqual(Array.from({ length: 20 }, () => null));
    const more = await Promise.all(Array.from({ length: 20 }, (_, index) => spend(draws, t0, `other-${index}`)));
    expect(more.filter((refused) => refused === null)).toHaveLength(4);
  });

  test('no two simultaneous requests share the last place, whatever budgets they have in common', async () => {
    const requests = Array.from({ length: 60 }, (_, index) => spend([sliding(`own-${index % 7}`, 100), sliding('shared', 5)], t0));
    const admitted = (await Promise.all(requests)).filter((refused) => refused === null);
    expect(admitted).toHaveLength(5);
  });

  test('simultaneous requests get what each would get alone: all places, and not one more', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(wish, { maxLength: 60 }), { minLength: 1, maxLength: 3 }), async (batches) => {
        run += 1;
        const drawOn = (name: Name) => (name === 'd' ? daily : sliding)(`${name}-${run}`, limits[name]);
        const answers: Answered[] = [];
        for (const [index, batch] of batches.entries()) {
          const spending = batch.map(async ({ names, afterMs }) => {
            const at = t0 + index * minute + afterMs;
            return { names, at, refused: await spend(names.map(drawOn), at) };
          });
          answers.push(...(await Promise.all(spending)));
          expectFair(answers);
        }
        // The stored counts agree: the remaining places can be drawn, and no more.
        for (const name of allNames) {
          const left = await Promise.all(Array.from({ length: limits[name] + 1 }, () => spend([drawOn(name)], t0 + 5 * minute)));
          expect(left.filter((refused) => refused === null)).toHaveLength(room(answers, name));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('an exhausted budget refuses only the requests that draw on it', async () => {
    await spend([sliding('used-up', 1)], t0);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => spend([sliding(index === 20 ? 'used-up' : `own-${index}`, 1), daily('client', 49)], t0 + 1)),
    );
    expect(answers.map((refused, index) => (refused === null ? null : index)).filter((index) => index !== null)).toEqual([20]);
    expect(await spend([daily('client', 49)], t0 + 2)).not.toBeNull();
  });

  test('each request is judged by its own limits for a budget', async () => {
    const answers = await Promise.all([3, 1, 3, 1].map((most) => spend([sliding('argued', most)], t0)));
    expect(answers.map((refused) => refused === null)).toEqual([true, false, true, false]);
  });

  const hourly = (key: string, most: number): Draw => ({ ...sliding(key, most), windowMs: 60 * minute });

  test('one budget can have several windows, each with its own limit, and stores draws as long as the longest', async () => {
    const draws = [sliding('tiers', 2), hourly('tiers', 3)];
    expect(await spend(draws, t0)).toBeNull();
    expect(await spend(draws, t0 + minute)).toBeNull();
    expect(await spend(draws, t0 + 2 * minute)).toEqual({ until: t0 + 10 * minute });
    expect(await spend(draws, t0 + 10 * minute)).toBeNull();
    expect(await spend(draws, t0 + 20 * minute)).toEqual({ until: t0 + 60 * minute });
    await store.budgets.purge(t0 + 60 * minute);
    expect(await spend(draws, t0 + 60 * minute - 1)).toEqual({ until: t0 + 60 * minute });
    expect(await spend(draws, t0 + 60 * minute)).toBeNull();
  });

  test('simultaneous requests share the room of every window of a budget', async () => {
    const draws = [sliding('shared tiers', 20), hourly('shared tiers', 25), sliding('client', 100)];
    const admitted = async (at: number) =>
      (await Promise.all(Array.from({ length: 40 }, () => spend(draws, at)))).filter((refused) => refused === null).length;
    expect([await admitted(t0), await admitted(t0 + 10 * minute), await admitted(t0 + 60 * minute)]).toEqual([20, 5, 20]);
  });

  test('a refusal names the limit that lasts longest, alone and among others', async () => {
    const number: Draw = { ...sliding('named', 1), limit: 'destination' };
    const country: Draw = { ...daily('named country', 2), limit: 'country' };
    expect(await spend([number, country], t0)).toBeNull();
    expect(await spend([number, country], t0 + 1)).toEqual({ until: t0 + 10 * minute, limit: 'destination' });
    expect(await spend([country], t0 + 2)).toBeNull();
    expect(await spend([number, country], t0 + 3)).toEqual({ until: Date.UTC(2026, 0, 2), limit: 'country' });
    const together = await Promise.all([spend([number], t0 + 4), spend([country], t0 + 4), spend([sliding('free', 9)], t0 + 4)]);
    expect(together).toEqual([{ until: t0 + 10 * minute, limit: 'destination' }, { until: Date.UTC(2026, 0, 2), limit: 'country' }, null]);
  });

  test('asking for room draws nothing', async () => {
    const draws = [sliding('asked', 1), daily('asked all', 2)];
    for (let asked = 0; asked < 3; asked += 1) expect(await store.budgets.hasRoom(draws, t0)).toBe(true);
    await spend(draws, t0);
    expect(await store.budgets.hasRoom(draws, t0 + 10 * minute - 1)).toBe(false);
    expect(await store.budgets.hasRoom(draws, t0 + 10 * minute)).toBe(true);
    await spend([daily('asked all', 2)], t0);
    expect(await store.budgets.hasRoom(draws, t0 + 10 * minute)).toBe(false);
  });

  describe('a refund', () => {
    const day = 24 * 60 * minute;
    const gift = (of: string, entry: string, key = `country ${of}`) => ({
      remembering: `number ${of}`,
      entry,
      mark: `mark ${of}`,
      draws: [{ key, windowMs: day }],
    });
    const draw = (of: string, entry: string, at = t0) =>
      spend([{ ...sliding(`number ${of}`, 9), windowMs: day }, daily(`country ${of}`, 2)], at, entry);

    test('frees one draw for a mark a day, however often it is requested', async () => {
      for (const entry of ['one', 'two']) expect(await draw('a', entry)).toBeNull();
      expect(await draw('a', 'three')).not.toBeNull();
      await Promise.all(Array.from({ length: 10 }, () => store.budgets.giveBack(gift('a', 'one'))));
      await store.budgets.giveBack(gift('a', 'two'));
      expect(await draw('a', 'three')).toBeNull();
      expect(await draw('a', 'four')).not.toBeNull();
    });

    test('frees no draw that was never made, and none of another day', async () => {
      for (const entry of ['one', 'two']) await draw('b', entry);
      await store.budgets.giveBack(gift('b', 'unknown'));
      await store.budgets.giveBack(gift('nobody', 'one', 'country b'));
      expect(await draw('b', 'three')).not.toBeNull();
      const midnight = Date.UTC(2026, 0, 2);
      for (const entry of ['late one', 'late two']) await draw('b', entry, midnight);
      await store.budgets.giveBack(gift('b', 'one'));
      expect(await draw('b', 'late three', midnight + 1)).not.toBeNull();
      expect(await draw('b', 'four', t0 + 1)).toBeNull();
    });

    test('leaves concurrent draws exact', async () => {
      const numbers = Array.from({ length: 30 }, (_, index) => `number-${index}`);
      const drawn = (index: number, at: number) =>
        spend([{ ...sliding(`own ${index}`, 9), windowMs: day }, daily('common', 60)], at, `entry-${index}-${at}`);
      await Promise.all(numbers.map((_, index) => drawn(index, t0)));
      const back = (index: number) =>
        store.budgets.giveBack({
          remembering: `own ${index}`,
          entry: `entry-${index}-${t0}`,
          mark: `mark ${index}`,
          draws: [{ key: 'common', windowMs: day }],
        });
      await Promise.all(numbers.flatMap((_, index) => [back(index), drawn(index, t0 + 1), back(index)]));
      const left = await Promise.all(Array.from({ length: 40 }, () => spend([daily('common', 60)], t0 + 2)));
      expect(left.filter((refused) => refused === null)).toHaveLength(30);
    });
  });

  test('expired draws are deleted', async () => {
    await spend([sliding('short', 1), daily('long', 1)], t0);
    await store.budgets.purge(t0 + 10 * minute);
    expect(await spend([sliding('short', 1)], t0)).toBeNull();
    expect(await spend([daily('long', 1)], t0)).not.toBeNull();
  });
});
