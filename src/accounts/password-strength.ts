/**
 * Rejects passwords that are too easy to guess (NIST SP 800-63B-4, 3.1.1.2): no composition rules, but no words that every guesser tries.
 */
import { InvalidBody } from '../engine/errors.ts';
import type { FairQueue, QueuedCaller } from '../engine/fair-queue.ts';
import type { GuessEstimator } from './guess-estimator.ts';
import { contextWords, coresOf, isFurtherWord, isNothing } from './guessable.ts';

/** Characters, as a person counts them. */
const longestPassword = 128;

/** A password that takes this many guesses protects a stolen hash from all but a targeted effort (a zxcvbn score of 3). */
const leastGuesses = 1e8;

const tooEasy = 'Password too easy to guess';

export interface PasswordStrengthDeps {
  readonly queue: Pick<FairQueue, 'run'>;
  readonly estimator: Pick<GuessEstimator, 'estimate'>;
  /** The minimum length, in characters. */
  readonly shortest: number;
  /** The service's name. A password made of it is weak. */
  readonly serviceName: string;
}

/** A proposed password. */
export interface ProposedPassword {
  readonly password: string;
  /** The account's address. */
  readonly email: string;
}

export class PasswordStrength {
  readonly #deps: PasswordStrengthDeps;

  constructor(deps: PasswordStrengthDeps) {
    this.#deps = deps;
  }

  /**
   * @param path the JSON pointer to the password in the body
   * @throws InvalidBody for a weak password, Overloaded
   */
  async demand(path: string, proposed: ProposedPassword, caller: QueuedCaller): Promise<void> {
    const weakness = lengthWeakness(proposed.password, this.#deps.shortest) ?? (await this.#guessability(proposed, caller));
    if (weakness !== null) throw new InvalidBody(path, weakness, 'weak-password');
  }

  async #guessability({ password, email }: ProposedPassword, caller: QueuedCaller): Promise<string | null> {
    const { queue, estimator, serviceName } = this.#deps;
    const words = contextWords(email, serviceName);
    const cores = coresOf(password, words);
    if (cores.some((core) => isNothing(core) || isFurtherWord(core))) return tooEasy;
    const question = { password, words, cores: cores.map(({ text }) => text) };
    const { guesses, isCommonWord } = await queue.run(caller, () => estimator.estimate(question));
    return guesses < leastGuesses || isCommonWord ? tooEasy : null;
  }
}

function lengthWeakness(password: string, shortest: number): string | null {
  const length = Array.from(password).length;
  if (length < shortest) return `A password has at least ${shortest} characters`;
  return length > longestPassword ? `A password has at most ${longestPassword} characters` : null;
}
