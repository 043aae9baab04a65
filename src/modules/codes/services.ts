/** The services of codes for other modules. */
import type { TaskAttempt } from '../../engine/ports.ts';
import type { CodeMatch, Reached } from '../../resolvers/code.ts';
import type { CodeGuesses, GuessLimits } from '../../resolvers/code-guesses.ts';
import { ServiceKey } from '../host.ts';

/** A rule of another module about the delivery of codes. */
export interface DeliveryRule {
  /** True if this code must not go by email, even though an email provider exists. */
  readonly forbidsEmail?: (attempt: TaskAttempt) => Promise<boolean>;
  /** The notice that the owner of the address gets instead of the code; null to send the code. */
  readonly instead?: (attempt: TaskAttempt) => Promise<string | null>;
}

export interface CodeServices {
  /** Compares a guess with a code in constant time. */
  readonly matches: CodeMatch;
  /** Called after a correct code that was sent by telephone. */
  readonly reached: Reached;
  /** Counts guesses at the codes of each address and number. */
  readonly guesses: CodeGuesses;
  /** Counts guesses at other codes, over the same period. */
  countGuesses(limits: Pick<GuessLimits, 'names' | 'wrong' | 'failures'>): CodeGuesses;
  readonly addRule: (rule: DeliveryRule) => void;
  /** The rules for the delivery of codes that other modules added. */
  readonly rules: readonly DeliveryRule[];
  /** Six digits; the same arguments give the same code. */
  readonly codeFor: (identity: { keyId: string; sessionId: string; workflow: string; destination: string; number: number }) => string;
}

export const codeKey = new ServiceKey<CodeServices>('codes');
