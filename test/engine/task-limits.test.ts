/** The number and duration of attempts for each kind of task: the figures that docs/limits.md and the texts for people state. */
import { describe, expect, test } from 'vitest';
import type { Task } from '../../src/engine/session.ts';
import {
  abortGraceMs,
  attemptLimit,
  attemptTimeoutMs,
  lastingDelayMs,
  leaseMs,
  longestTaskMs,
  longestTimeoutMs,
  noticeDelaysMs,
  retryDelayMs,
  retryDelaysMs,
} from '../../src/engine/task-limits.ts';
import { retryPolicyOf } from '../../src/engine/tasks/retry-policy.ts';
import { task as base } from '../store/sessions.ts';
import { notice, standardRetries } from '../support/attempt-ends.ts';

const [soonest, latest] = [0, 1 - Number.EPSILON];
const code = standardRetries(base);
const noticePolicy = retryPolicyOf({ ...base, src: 'notifyOwner', detached: true }, notice);
const delayMs = (attempts: number, random: number) => retryDelayMs(attempts, random, retryDelaysMs);
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
    expect([delayMs(attempts, soonest), delayMs(attempts, 0.5), delayMs(attempts, latest)]).toEqual([least, (least + most) / 2, most]);
    expect([code.pauseMs(attempts, soonest), code.pauseMs(attempts, latest)]).toEqual([least, most]);
    expect(attempts).toBeLessThan(code.mostAttempts);
  });

  test('is given up after four attempts', () => {
    expect([attemptLimit, code.mostAttempts]).toEqual([4, 4]);
  });

  test('takes 85.6 s at most: four attempts of ten seconds, and the longest pauses', () => {
    expect([attemptTimeoutMs, longestTaskMs]).toEqual([10_000, 85_600]);
    expect(attemptTimeoutMs).toBeLessThan(leaseMs);
    expect(longestTimeoutMs + abortGraceMs).toBeLessThan(leaseMs);
  });
});

describe('a task that is repeated until it succeeds', () => {
  const pauses = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];

  test('is tried with growing pauses, up to a minute', () => {
    expect(pauses.map((_, index) => lastingDelayMs(index + 1, soonest))).toEqual(pauses);
    expect(pauses.map((_, index) => lastingDelayMs(index + 1, latest))).toEqual(pauses.map((pause) => pause * 1.2));
  });

  test.each(lasting)('%j is never given up', (kind) => {
    for (const handler of [undefined, { retryDelaysMs: [1] }]) {
      const { mostAttempts, pauseMs } = retryPolicyOf({ ...base, ...kind }, handler);
      expect([mostAttempts, pauseMs(100_000, soonest)]).toEqual([Number.POSITIVE_INFINITY, 60_000]);
    }
  });

  test('a notice is given up after a day of attempts', () => {
    expect([noticePolicy.mostAttempts, noticeDelaysMs.length]).toEqual([1446, 1445]);
    expect([noticePolicy.pauseMs(4, soonest), noticePolicy.pauseMs(1445, latest)]).toEqual([8_000, 72_000]);
  });

  test('a handler limits the retries of a task whose failure the machine handles, and of a detached task only if it is a notice', () => {
    const bounds = [base, { ...base, detached: true }].map((task) => [
      retryPolicyOf(task, { retryDelaysMs: [1] }).mostAttempts,
      retryPolicyOf(task, { retryDelaysMs: [1], isNotice: true }).mostAttempts,
    ]);
    expect(bounds).toEqual([
      [2, 2],
      [Number.POSITIVE_INFINITY, 2],
    ]);
  });
});
