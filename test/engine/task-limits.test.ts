/** The number and duration of attempts for each kind of task: the figures that docs/limits.md and the texts for people state. */
import { describe, expect, test } from 'vitest';
import type { Task } from '../../src/engine/session.ts';
import {
  attemptLimit,
  attemptTimeoutMs,
  lastingDelayMs,
  leaseMs,
  longestTaskMs,
  noticeAttempts,
  retryDelayMs,
} from '../../src/engine/task-limits.ts';
import { isUsedUp, pauseMs } from '../../src/engine/tasks/retry-policy.ts';
import { task as base } from '../store/sessions.ts';

const [soonest, latest] = [0, 1 - Number.EPSILON];
const code = (attempts: number): Task => ({ ...base, attempts });
const notice = (attempts: number): Task => ({ ...base, src: 'notifyOwner', detached: true, attempts });
const lasting: readonly Pick<Task, 'detached' | 'lasting' | 'child'>[] = [
  { detached: true },
  { detached: false, lasting: true },
  { detached: false, child: null },
];

describe('the message of a code', () => {
  test.each([
    [1, 3_000, 3_600],
    [2, 10_000, 12_000],
    [3, 25_000, 30_000],
  ])('is tried again after attempt %i, %i to %i ms later', (attempts, least, most) => {
    expect([retryDelayMs(attempts, soonest), retryDelayMs(attempts, 0.5), retryDelayMs(attempts, latest)]).toEqual([
      least,
      (least + most) / 2,
      most,
    ]);
    expect([pauseMs(code(attempts), soonest), pauseMs(code(attempts), latest)]).toEqual([least, most]);
    expect(isUsedUp(code(attempts))).toBe(false);
  });

  test('is given up after four attempts', () => {
    expect([attemptLimit, retryDelayMs(4, soonest), pauseMs(code(4), soonest), isUsedUp(code(4))]).toEqual([4, null, null, true]);
  });

  test('takes 85.6 s at most: four attempts of ten seconds, and the longest pauses', () => {
    expect([attemptTimeoutMs, longestTaskMs]).toEqual([10_000, 85_600]);
    expect(attemptTimeoutMs).toBeLessThan(leaseMs);
  });
});

describe('what is tried for as long as it takes', () => {
  const pauses = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];

  test('is tried ever more slowly, a minute apart in the end', () => {
    expect(pauses.map((_, index) => lastingDelayMs(index + 1, soonest))).toEqual(pauses);
    expect(pauses.map((_, index) => lastingDelayMs(index + 1, latest))).toEqual(pauses.map((pause) => pause * 1.2));
  });

  test.each(lasting)('%j is never given up', (kind) => {
    for (const attempts of [1, attemptLimit, noticeAttempts, 100_000])
      expect([pauseMs({ ...base, ...kind, attempts }, soonest), isUsedUp({ ...base, ...kind, attempts })]).toEqual([
        lastingDelayMs(attempts, soonest),
        false,
      ]);
  });

  test('a notice is given up after a day of attempts', () => {
    expect(noticeAttempts).toBe(1446);
    expect([pauseMs(notice(4), soonest), pauseMs(notice(1445), latest), isUsedUp(notice(1445))]).toEqual([8_000, 72_000, false]);
    expect([pauseMs(notice(1446), soonest), isUsedUp(notice(1446))]).toEqual([null, true]);
  });
});
