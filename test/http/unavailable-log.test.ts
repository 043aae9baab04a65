/** Refused requests are logged with one short line a second for each reason, with a count. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Overloaded, StoreUnavailable } from '../../src/engine/errors.ts';
import { UnavailableLog } from '../../src/http/problems/unavailable-log.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function written() {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: new UnavailableLog({ warn: (line) => lines.push({ ...line }) }) };
}

test('a flood is logged at once, and then once a second until it ends', () => {
  const { lines, log } = written();
  for (let n = 0; n < 1000; n += 1) log.note('overload', new Overloaded('Too many'));
  expect(lines).toEqual([{ reason: 'overload', count: 1, error: 'Overloaded', message: 'Too many' }]);
  vi.advanceTimersByTime(1000);
  expect(lines.map(({ count }) => count)).toEqual([1, 999]);
  for (let n = 0; n < 7; n += 1) log.note('overload', new Overloaded('Too many'));
  vi.advanceTimersByTime(1000);
  expect(lines.map(({ count }) => count)).toEqual([1, 999, 7]);
  vi.advanceTimersByTime(5000);
  log.note('overload', new Overloaded('Too many'));
  expect(lines.map(({ count }) => count)).toEqual([1, 999, 7, 1]);
});

test('each reason has its own lines, which are short and name the cause', () => {
  const { lines, log } = written();
  const statement = 'select '.repeat(1000);
  log.note('overload', new Overloaded('Too many'));
  log.note('database', new StoreUnavailable(statement, { cause: new Error(statement) }));
  expect(lines.map(({ reason }) => reason)).toEqual(['overload', 'database']);
  expect(lines[1]).toMatchObject({ error: 'StoreUnavailable', cause: expect.stringMatching(/^select/) });
  for (const line of lines) expect(JSON.stringify(line).length).toBeLessThan(600);
});
