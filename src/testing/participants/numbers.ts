/** Telephone numbers for invented people: all different, and of the requested kind of line. */
import { randomInt } from 'node:crypto';

/**
 * The first digits of numbers in some countries, and how many digits follow. Several countries share the load, so that none reaches its
 * limit.
 */
const ranges: Readonly<Record<string, readonly (readonly [beginning: string, digits: number])[]>> = {
  mobile: [
    ['+3361', 7],
    ['+3460', 7],
    ['+49151', 8],
    ['+31612', 6],
    ['+48601', 6],
  ],
  landline: [
    ['+33142', 6],
    ['+34910', 6],
    ['+4930', 8],
    ['+3120', 7],
    ['+4822', 7],
  ],
};

/** Coprime to ten: successive numbers differ in their first digits, which limits on ranges of numbers count. */
const stride = 61_803_399;

/** Runs against one service should not receive each other's messages. */
let given = randomInt(100_000_000);

export function freshNumber(line: string): string {
  given += 1;
  const choices = ranges[line] ?? [];
  const range = choices[given % choices.length];
  if (!range) throw new Error(`No range of numbers is known for a ${line}`);
  const [beginning, digits] = range;
  return beginning + String((Math.floor(given / choices.length) * stride) % 10 ** digits).padStart(digits, '0');
}
