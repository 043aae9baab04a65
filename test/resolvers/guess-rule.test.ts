/** The number of guesses a destination allows: each boundary of the rule, as a pure function. */
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

const t0 = Date.UTC(2026, 0, 1);
const day = 24 * 3_600_000;
const limits: GuessLimits = {
  names: { day: 'guesses', network: 'guesses-network', closed: 'guesses-closed' },
  wrong: 3,
  windowMs: 30 * day,
  perDay: 4,
  perNetwork: 2,
  failures: 0,
};
const networks = (name: string) => [name];
const use = (code: string, at = t0, network = 'n') => ({ code, networks: networks(network), at });
const guess = (id: string, at = t0, code = 'c', network = 'n') => ({ ...use(code, at, network), id });

/** Wrong guesses at one moment. */
function guessed(count: number, at = t0, of: GuessLimits = limits): GuessCount {
  let known: GuessCount = nothingGuessed;
  for (let n = 0; n < count; n += 1) known = admitGuess(known, guess(`g${n}`, at), of).count;
  return known;
}

/** A throttled destination with admitted codes, each from a different network. */
function placed(codes: readonly string[], network = (code: string) => code): GuessCount {
  return codes.reduce((known, code, n) => admitCode(known, use(code, t0 + n, network(code)), limits).count, guessed(3));
}

describe('a destination', () => {
  test('is throttled by the third wrong guess, until the first of the three is as old as the window', () => {
    expect([isThrottled(guessed(2), t0, limits), isThrottled(guessed(3), t0, limits)]).toEqual([false, true]);
    expect([isThrottled(guessed(3), t0 + limits.windowMs - 1, limits), isThrottled(guessed(3), t0 + limits.windowMs, limits)]).toEqual([
      true,
      false,
    ]);
  });

  test('accepts any number of codes before, and stores none of them', () => {
    expect(admitCode(guessed(2), use('c'), limits)).toEqual({ count: guessed(2), refusal: null });
  });
});

describe('the codes of a day', () => {
  test('are four once it is throttled, and the next has room when the first is a day old', () => {
    const full = placed(['a', 'b', 'c', 'd']);
    expect(full.places).toHaveLength(4);
    expect(admitCode(full, use('e', t0 + 9), limits)).toEqual({ count: full, refusal: { limit: 'guesses', until: t0 + day } });
    expect(admitCode(full, use('e', t0 + day - 1), limits).refusal).toEqual({ limit: 'guesses', until: t0 + day });
    const next = admitCode(full, use('e', t0 + day), limits);
    expect([next.refusal, next.count.places.map(({ code }) => code)]).toEqual([null, ['b', 'c', 'd', 'e']]);
  });

  test('are two of one network, under whichever secret key it was hashed', () => {
    const own = placed(['a', 'b'], () => 'n');
    expect(admitCode(own, use('c', t0 + 9), limits).refusal).toEqual({ limit: 'guesses-network', until: t0 + day });
    expect(admitCode(own, { ...use('c', t0 + 9), networks: ['new', 'n'] }, limits).refusal?.limit).toBe('guesses-network');
    expect(admitCode(own, use('c', t0 + 9, 'other'), limits).refusal).toBeNull();
  });

  test('are refused as long as both limits refuse', () => {
    const both = placed(['a', 'b', 'c', 'd'], (code) => (code < 'c' ? 'first' : 'second'));
    expect(admitCode(both, use('e', t0 + 9, 'first'), limits).refusal).toEqual({ limit: 'guesses', until: t0 + day });
    expect(admitCode(both, use('e', t0 + 9, 'second'), limits).refusal).toEqual({ limit: 'guesses-network', until: t0 + 2 + day });
  });

  test('count a repeated code once, and give back the place of one that was not issued', () => {
    const full = placed(['a', 'b', 'c', 'd']);
    expect(admitCode(full, use('a', t0 + 9), limits)).toEqual({ count: full, refusal: null });
    expect(withdrawCode(full, 'b').places.map(({ code }) => code)).toEqual(['a', 'c', 'd']);
    expect(withdrawCode(full, 'x')).toBe(full);
    const used = admitGuess(full, guess('one', t0 + 9, 'b', 'b'), limits).count;
    expect(withdrawCode(used, 'b')).toBe(used);
  });
});

describe('a guess', () => {
  test('is one per place, and a repeat is the same guess', () => {
    const before = placed(['a']);
    const first = admitGuess(before, guess('one', t0 + 5, 'a', 'a'), limits);
    expect([first.refusal, first.count.places[0]?.guess]).toEqual([null, 'one']);
    expect(admitGuess(first.count, guess('one', t0 + 6, 'a', 'a'), limits)).toEqual({ count: first.count, refusal: null });
    expect(admitGuess(first.count, guess('two', t0 + 6, 'a', 'a'), limits)).toEqual({
      count: first.count,
      refusal: { limit: 'guesses', until: null },
    });
  });

  test('is not bound to the place of its code after the throttle has ended', () => {
    const quiet = t0 + limits.windowMs;
    const first = admitGuess(placed(['a']), guess('one', quiet, 'a', 'a'), limits);
    expect([first.refusal, admitGuess(first.count, guess('two', quiet, 'a', 'a'), limits).refusal]).toEqual([null, null]);
  });

  test('at an earlier code takes a place of the day, and is refused without one', () => {
    const taken = admitGuess(guessed(3), guess('late', t0 + 1, 'old'), limits);
    expect([taken.refusal, taken.count.places.map(({ code, guess: id }) => [code, id])]).toEqual([null, [['old', 'late']]]);
    const full = placed(['a', 'b', 'c', 'd']);
    expect(admitGuess(full, guess('late', t0 + 9, 'old'), limits)).toEqual({ count: full, refusal: { limit: 'guesses', until: t0 + day } });
  });

  test('that is right does not count as wrong, and earlier wrong ones still count', () => {
    const known = guessed(3);
    const right = forgiveGuess(known, 'g1');
    expect([right.guesses.map(({ id }) => id), right.failures]).toEqual([['g0', 'g2'], 0]);
    expect(isThrottled(right, t0, limits)).toBe(false);
  });

  test('that is not compared counts nowhere: not in a row, not as wrong, not in its place', () => {
    const before = placed(['a']);
    const counted = admitGuess(before, guess('one', t0 + 5, 'a', 'a'), limits).count;
    const taken = withdrawGuess(counted, 'one');
    expect([taken.guesses, taken.failures, taken.places]).toEqual([before.guesses, before.failures, []]);
    expect(withdrawGuess(before, 'unknown')).toBe(before);
  });

  test('is stored among twenty more than throttle, or as many more as a day has places', () => {
    const many = { ...limits, wrong: 1_000 };
    expect(guessed(900, t0, many).guesses).toHaveLength(900);
    for (const [perDay, most] of [
      [10, 23],
      [30, 33],
    ] as const) {
      const few = { ...limits, wrong: 3, perDay, perNetwork: perDay };
      let known = guessed(3, t0, few);
      for (let n = 0; n < 60; n += 1) known = admitGuess(known, guess(`h${n}`, t0 + Math.floor(n / 10) * day, `c${n}`), few).count;
      expect(known.guesses.map(({ id }) => id)).toEqual(Array.from({ length: most }, (_, n) => `h${n + 60 - most}`));
    }
  });
});

describe('wrong guesses in a row', () => {
  const strict = { ...limits, failures: 2, wrong: 10 };

  test('close a destination to codes and guesses, until it is opened', () => {
    const [one, two] = [guessed(1, t0, strict), guessed(2, t0, strict)];
    expect([one.closed, two.closed]).toEqual([false, true]);
    expect(admitCode(two, use('c', t0 + 365 * day), strict).refusal).toEqual({ limit: 'guesses-closed', until: null });
    expect(admitGuess(two, guess('x', t0 + 365 * day), strict)).toEqual({ count: two, refusal: { limit: 'guesses-closed', until: null } });
    expect(forgiveGuess(two, 'g1')).toMatchObject({ closed: false, failures: 0 });
  });

  test('close nothing without a configured number', () => {
    expect(guessed(2, t0, { ...strict, failures: 0 }).closed).toBe(false);
  });
});

describe('a count', () => {
  test('is needed as long as its last guess and its last code', () => {
    expect(endOf(nothingGuessed, limits)).toBe(0);
    expect(endOf(guessed(1, t0 + 5), limits)).toBe(t0 + 5 + limits.windowMs);
    const short = { ...limits, windowMs: 1_000 };
    expect(endOf({ ...placed(['a', 'b']), guesses: [{ at: t0, id: 'g' }] }, short)).toBe(t0 + 1 + day);
  });

  test('is needed without end if it is closed, or failures in a row never expire', () => {
    expect(endOf({ ...nothingGuessed, closed: true }, limits)).toBeNull();
    expect([endOf(guessed(1, t0, { ...limits, failures: 9 }), { ...limits, failures: 9 }), endOf(guessed(1), limits)]).toEqual([
      null,
      t0 + limits.windowMs,
    ]);
  });

  test('under several secret keys is the sum of all, each guess and each code once, in order of time', () => {
    const others = guessed(1).guesses.concat([4, 5].map((n) => ({ at: t0, id: `h${n}` })));
    expect(together([guessed(3), { ...guessed(3), guesses: others }]).failures).toBe(5);
    expect(together([guessed(3), { ...guessed(2), guesses: others.slice(1) }]).failures).toBe(5);
    expect(together([guessed(3), { ...guessed(1), guesses: others }]).failures).toBe(4);
    const [one, two] = [guessed(2, t0 + 9), { ...guessed(3, t0), closed: true }];
    const all = together([one, two]);
    expect([all.guesses.map(({ id }) => id), all.failures, all.closed]).toEqual([['g0', 'g1', 'g2'], 3, true]);
    expect(all.guesses.map(({ at }) => at)).toEqual([t0, t0, t0]);
    const [late, early] = [admitGuess(nothingGuessed, guess('late', t0 + 9), limits), admitGuess(nothingGuessed, guess('early'), limits)];
    expect(together([late.count, early.count]).guesses.map(({ id }) => id)).toEqual(['early', 'late']);
  });
});
