/** Admits the first send of a code only if its destination may get another code. */
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
    async admit(attempt, caller) {
      const { codeNumber, sendNumber } = (attempt.input ?? {}) as { readonly codeNumber?: number; readonly sendNumber?: number };
      const { destination = '', accountId } = attempt.personal;
      // Codes of an account count for the account, regardless of the address that they go to.
      if (sendNumber !== 1 || accountId !== undefined) return deliver.admit?.(attempt, caller);
      const code = { destination, code: codeName(attempt.sessionId, Number(codeNumber)) };
      const refusal = await guesses.admitCode({ ...code, caller, at: now() });
      if (refusal !== null) throw new RateLimited(refusal.until, refusal.limit);
      try {
        await deliver.admit?.(attempt, caller);
      } catch (error) {
        // The send was refused for another reason, so the code's place for today becomes free for a later code.
        await guesses.withdrawCode(code);
        throw error;
      }
    },
  };
}
