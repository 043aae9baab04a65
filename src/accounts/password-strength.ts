/** Which passwords are too easy to guess (NIST SP 800-63B, 5.1.1.2): no rules of composition, but no words that everybody tries. */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** Characters, as a person counts them. */
const passwordLength = { least: 8, most: 128 } as const;

/** Of 4. At 3 a stolen hash is safe from all but a targeted effort. */
const leastScore = 3;

/** What comes after decides nothing any more, and would take the processor hundreds of milliseconds. */
const judgedLength = 48;

let judge: Promise<ZxcvbnFactory> | null = null;

/**
 * @param forbidden words that somebody who knows the person tries first, the address for one
 * @returns what is wrong with it, in a sentence; null when nothing is
 */
export async function passwordWeakness(password: string, forbidden: readonly string[]): Promise<string | null> {
  const length = Array.from(password).length;
  if (length < passwordLength.least) return `A password has at least ${passwordLength.least} characters`;
  if (length > passwordLength.most) return `A password has at most ${passwordLength.most} characters`;
  judge ??= loadJudge();
  const words = forbidden.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const { score } = (await judge).check(password, words);
  return score < leastScore ? 'The password is too easy to guess' : null;
}

/** Its dictionaries take most of a second to load, and most processes never judge a password. */
async function loadJudge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Judge }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Judge({ dictionary, graphs: adjacencyGraphs, maxLength: judgedLength });
}
