/** Lets the first send of a code begin only where its destination takes another code. */
import { RateLimited } from '../engine/errors.ts';
import type { TaskHandler } from '../engine/ports.ts';
import { codeName } from './code.ts';
import type { CodeGuesses } from './code-guesses.ts';

/** @param deliver the handler of the task that sends codes */
export function codeAdmission(
  deliver: TaskHandler,
  guesses: Pick<CodeGuesses, 'admitCode' | 'withdrawCode'>,
  now: () => number,
): TaskHandler {
  return {
    ...deliver,
    async admit(attempt, origin) {
      const { codeNumber, sendNumber } = (attempt.input ?? {}) as { readonly codeNumber?: number; readonly sendNumber?: number };
      const { destination = '', accountId } = attempt.personal;
      // The codes of an account count in the account, wherever they go.
      if (sendNumber !== 1 || accountId !== undefined) return deliver.admit?.(attempt, origin);
      const code = { destination, code: codeName(attempt.sessionId, Number(codeNumber)) };
      const refusal = await guesses.admitCode({ ...code, origin, at: now() });
      if (refusal !== null) throw new RateLimited(refusal.until, refusal.limit);
      try {
        await deliver.admit?.(attempt, origin);
      } catch (error) {
        // Refused for another reason: the place of the day is left to a code that goes out.
        await guesses.withdrawCode(code);
        throw error;
      }
    },
  };
}
