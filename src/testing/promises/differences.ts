/** Differences between promises and observations, in words. */
import type { Amount } from '../../../machines/promises.ts';
import type { CodeSend, DueNotice } from './ledger.ts';
import { amountOf, type Lookup } from './values.ts';

/** The verdict of an answer. */
export interface Verdict {
  /** The code of the problem; null for a success. */
  readonly problem: string | null;
  readonly retryAfterSeconds: number | null;
}

/** A message with a code, as it arrived. */
export interface ArrivedCode {
  readonly at: number;
  readonly code: string;
}

/** A notice, as it arrived. */
export interface ArrivedNotice {
  readonly at: number;
  readonly notice: string;
}

/** @returns the differences, in words; empty without any */
export function differing(what: string, expected: unknown, actual: unknown): string[] {
  return Object.is(expected, actual) ? [] : [`${what}: expected ${String(expected)}, was ${String(actual)}`];
}

/** @param arrived oldest first @returns the differences in all messages with a code */
export function wrongCodes(sends: readonly CodeSend[], arrived: readonly ArrivedCode[]): string[] {
  const expected = sends.filter(({ arrives }) => arrives);
  const wrong = differing('the times of messages', expected.map(({ at }) => at).join(), arrived.map(({ at }) => at).join());
  if (wrong.length > 0) return wrong;
  const codes = new Map<unknown, string>();
  for (const [index, { code }] of expected.entries()) {
    const digits = arrived[index]?.code ?? '';
    if (!/^[0-9]{6}$/.test(digits)) wrong.push(`A code reads ${digits}`);
    wrong.push(...differing(`the digits of code ${code}`, codes.get(code) ?? digits, digits));
    codes.set(code, digits);
  }
  if (new Set(codes.values()).size !== codes.size) wrong.push('Two codes of one session are the same');
  return wrong;
}

/** @returns the differences in all notices to the owner. Notices of one moment are separate tasks, in any order */
export function wrongNotices(
  due: readonly DueNotice[],
  arrived: readonly ArrivedNotice[],
  atMostEvery: Readonly<Record<string, Amount>>,
  lookup: Lookup,
): string[] {
  const expected: DueNotice[] = [];
  for (const each of due) {
    const pause = amountOf(atMostEvery[each.notice] ?? 0, lookup) ?? 0;
    if (!expected.some(({ at, notice }) => notice === each.notice && at > each.at - pause)) expected.push(each);
  }
  const names = [...new Set([...expected, ...arrived].map(({ notice }) => notice))].sort();
  return names.flatMap((name) => {
    const isIt = ({ notice }: { readonly notice: string }) => notice === name;
    const times = expected.filter(isIt).sort((a, b) => a.at - b.at);
    const actual = arrived
      .filter(isIt)
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    const fits = times.length === actual.length && times.every(({ at, mayBeLate }, index) => isAt(actual[index] ?? 0, at, mayBeLate));
    return fits ? [] : differing(`the times of the notice ${name}`, times.map(({ at }) => at).join() || 'none', actual.join() || 'none');
  });
}

function isAt(actual: number, expected: number, mayBeLate: boolean): boolean {
  return mayBeLate ? actual >= expected : actual === expected;
}
