/**
 * The rule on guesses at one destination, as a pure function: the bound holds for a year of any attack, and no owner is locked out for
 * good.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  admitCode,
  admitGuess,
  endOf,
  forgiveGuess,
  type GuessCount,
  type GuessLimits,
  isThrottled,
  nothingGuessed,
  together,
  withdrawCode,
  withdrawGuess,
} from '../../src/resolvers/guess-rule.ts';
import { policyProfiles } from '../support/policy.ts';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const year = 365 * day;
/** A chance of 0.5 % of one right guess at codes of six digits. */
const bound = 5_000;

const { seed } = policyProfiles;
const limitsOf = (wrong: number, failures = 0): GuessLimits => ({
  names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
  wrong,
  windowMs: seed.wrongCodesWindowMs,
  perDay: seed.throttledCodesPerDay,
  perNetwork: seed.throttledCodesPerNetwork,
  failures,
});
const destination = limitsOf(seed.wrongCodesPerDestination);
const account = limitsOf(seed.wrongCodesPerAccount);

/** One guess at a new code, if one is allowed. @returns the new count, and whether the guess was compared */
function guess(count: GuessCount, at: number, n: number, limits: GuessLimits, network = `n${n % 50}`) {
  const judged = admitGuess(count, { id: `g${n}`, code: `c${n}`, networks: [network], at }, limits);
  return { ...judged, isLookedAt: judged.refusal === null };
}

/** Ten wrong codes at one moment. */
function throttled(at: number): GuessCount {
  let count = nothingGuessed;
  for (let n = 0; n < seed.wrongCodesPerDestination; n += 1) count = guess(count, at, n, destination).count;
  return count;
}

test.each([
  ['a destination', destination, 3_790],
  ['an account', account, 4_960],
])('%s allows fewer guesses in a year than the bound, whenever they are made', (_, limits, most) => {
  const pauses = fc.constantFrom(hour, 7 * hour, day - 1, day, 3 * day, 30 * day - 1, 30 * day, 31 * day);
  fc.assert(
    fc.property(fc.array(pauses, { minLength: 1, maxLength: 30 }), (pattern) => {
      let [count, looked, at, n] = [nothingGuessed, 0, 0, 0];
      while (at < year) {
        // As many guesses as the rule allows, from as many networks as needed; then a pause.
        for (let made = guess(count, at, n, limits); made.isLookedAt; made = guess(count, at, n, limits)) {
          count = made.count;
          looked += 1;
          n += 1;
        }
        n += 1;
        at += pattern[n % pattern.length] ?? day;
      }
      expect(looked).toBeLessThanOrEqual(most);
    }),
    { numRuns: 30 },
  );
  expect(most).toBeLessThan(bound);
});

describe('a throttled destination', () => {
  test('accepts a code a day from another network when one network has used all of its own', () => {
    let count = throttled(0);
    let n = 100;
    for (let at = 0; at < 60 * day; at += 12 * hour) {
      for (let tries = 0; tries < 20; tries += 1) {
        n += 1;
        count = admitCode(count, { code: `attacker ${n}`, networks: ['one'], at }, destination).count;
      }
      const owner = admitCode(count, { code: `owner ${at}`, networks: ['other'], at }, destination);
      expect(owner.refusal).toBeNull();
      count = owner.count;
    }
  });

  test('tells when there is room, and has it then', () => {
    let count = throttled(0);
    for (let n = 0; n < 3; n += 1) count = admitCode(count, { code: `c${n}`, networks: ['one'], at: n * hour }, destination).count;
    const use = { code: 'next', networks: ['one'] };
    expect(admitCode(count, { ...use, at: 3 * hour }, destination).refusal).toEqual({ limit: 'guesses-network', until: day });
    expect(admitCode(count, { ...use, at: day - 1 }, destination).refusal).not.toBeNull();
    expect(admitCode(count, { ...use, at: day }, destination).refusal).toBeNull();
  });

  test('recognises a network by the hash of a former key', () => {
    let count = throttled(0);
    for (let n = 0; n < 3; n += 1) count = admitCode(count, { code: `c${n}`, networks: ['by a'], at: 0 }, destination).count;
    expect(admitCode(count, { code: 'next', networks: ['by b', 'by a'], at: 0 }, destination).refusal?.limit).toBe('guesses-network');
  });

  test('compares one guess of each code, repeats included, and takes one place for both', () => {
    const use = { code: 'c', networks: ['one'], at: 0 };
    const issued = admitCode(throttled(0), use, destination).count;
    expect(admitCode(issued, use, destination).count).toBe(issued);
    const made = admitGuess(issued, { ...use, id: 'first' }, destination);
    expect([made.refusal, made.count.places.length]).toEqual([null, 1]);
    expect(admitGuess(made.count, { ...use, id: 'first' }, destination)).toEqual({ count: made.count, refusal: null });
    expect(admitGuess(made.count, { ...use, id: 'second' }, destination).refusal).toEqual({ limit: 'guesses', until: null });
  });

  test('gives back the place of a code that is not issued, and of a guess that is not compared; not of one that was', () => {
    const use = { code: 'c', networks: ['one'], at: 0 };
    const before = throttled(0);
    const issued = admitCode(before, use, destination).count;
    expect(withdrawCode(issued, 'c').places).toEqual([]);
    const made = admitGuess(issued, { ...use, id: 'first' }, destination).count;
    expect(withdrawCode(made, 'c')).toBe(made);
    expect(withdrawGuess(made, 'first')).toEqual(before);
    expect(withdrawGuess(made, 'another')).toBe(made);
  });

  test('stays throttled, however many guesses are right or taken back, ten of them at once', () => {
    for (const takeBack of [forgiveGuess, withdrawGuess]) {
      let count = throttled(0);
      // Wrong guesses until they fill the record.
      for (let n = 0; n < 40; n += 1) count = guess(count, 3 * n * hour, 1000 + n, destination).count;
      for (let at = 6 * day; at < 20 * day; at += day) {
        const made = Array.from({ length: 10 }, (_, n) => `${takeBack.name} ${n} at ${at}`);
        for (const [n, id] of made.entries()) {
          const judged = admitGuess(count, { id, code: id, networks: [`n${n}`], at }, destination);
          expect(judged.refusal).toBeNull();
          count = judged.count;
        }
        for (const id of made) count = takeBack(count, id);
        expect(isThrottled(count, at, destination)).toBe(true);
      }
    }
  });

  test('stays throttled despite right codes, and is open after thirty days without a wrong one', () => {
    const use = { code: 'c', networks: ['one'], at: 0, id: 'right' };
    const right = forgiveGuess(admitGuess(throttled(0), use, destination).count, 'right');
    expect([isThrottled(right, 30 * day - 1, destination), isThrottled(right, 30 * day, destination)]).toEqual([true, false]);
    expect(endOf(right, destination)).toBe(30 * day);
  });
});

describe('a destination that closes', () => {
  const closing = limitsOf(10, 12);
  const wrong = (count: GuessCount, times: number, from: number): GuessCount => {
    let then = count;
    for (let n = 0; n < times; n += 1) then = guess(then, (from + n) * day, from + n, closing).count;
    return then;
  };

  test('accepts no code after so many wrong ones in a row, and its count never expires', () => {
    const closed = wrong(nothingGuessed, 12, 0);
    expect(guess(closed, 400 * day, 99, closing).refusal).toEqual({ limit: 'guesses-closed', until: null });
    expect(admitCode(closed, { code: 'c', networks: ['one'], at: 400 * day }, closing).refusal).toEqual({
      limit: 'guesses-closed',
      until: null,
    });
    expect([endOf(closed, closing), endOf(wrong(nothingGuessed, 1, 0), closing)]).toEqual([null, null]);
    expect(wrong(nothingGuessed, 11, 0).closed).toBe(false);
  });

  test('is open again if the guess that closed it was not compared after all', () => {
    const before = wrong(nothingGuessed, 11, 0);
    const closed = admitGuess(before, { id: 'last', code: 'c', networks: ['one'], at: 11 * day }, closing).count;
    expect(closed.closed).toBe(true);
    expect(withdrawGuess(closed, 'last')).toMatchObject({ failures: 11, closed: false });
  });

  test('counts anew after a correct code', () => {
    const before = admitGuess(wrong(nothingGuessed, 11, 0), { id: 'right', code: 'c', networks: ['one'], at: 11 * day }, closing).count;
    const after = forgiveGuess(before, 'right');
    expect([wrong(after, 11, 12).closed, wrong(after, 12, 12).closed]).toEqual([false, true]);
  });
});

test('counts under several keys are added, each entry once', () => {
  const one = throttled(0);
  const other = admitCode(one, { code: 'c', networks: ['one'], at: 5 }, destination).count;
  expect(together([one, other])).toEqual(other);
});
