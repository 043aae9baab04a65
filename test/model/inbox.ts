/** Compares all messages that a person received with the expected ones. */
import { type Arrived, differing, type Send } from './observation.ts';

/** @param arrived oldest first @returns the differences */
export function wrongMessages(sends: readonly Send[], arrived: readonly Arrived[]): string[] {
  const expected = sends.filter(({ arrives }) => arrives);
  const wrong = differing('the times of messages', expected.map(({ at }) => at).join(), arrived.map(({ at }) => at).join());
  if (wrong.length > 0) return wrong;
  const codes = new Map<number, string>();
  for (const [index, { code }] of expected.entries()) {
    const digits = arrived[index]?.code ?? '';
    if (!/^[0-9]{6}$/.test(digits)) wrong.push(`A code reads ${digits}`);
    wrong.push(...differing(`the digits of code ${code}`, codes.get(code) ?? digits, digits));
    codes.set(code, digits);
  }
  if (new Set(codes.values()).size !== codes.size) wrong.push('Two codes of one session are the same');
  return wrong;
}
