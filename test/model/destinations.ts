/** Telephone numbers for invented people: all different, and of the kind of line that is asked for. */
import { randomInt } from 'node:crypto';

/** How numbers begin in some countries, and how many digits follow, whichever they are. Several, so that no country gets them all. */
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

/** Coprime to ten: successive numbers are different, and differ in their first digits, which limits on ranges of numbers look at. */
const stride = 61_803_399;

/** Runs against one service should not meet each other's messages. */
let given = randomInt(100_000_000);

export function freshNumber(line: string): string {
  given += 1;
  const choices = ranges[line] ?? [];
  const range = choices[given % choices.length];
  if (!range) throw new Error(`Nobody has told the suite how a number of a ${line} looks`);
  const [beginning, digits] = range;
  return beginning + String((Math.floor(given / choices.length) * stride) % 10 ** digits).padStart(digits, '0');
}
