/** Refusals, as tests of the client look at them. */
import { VerificationProblem } from 'verification-workflows/client';

/** What a promise was rejected with. */
export async function problemOf(promise: Promise<unknown>): Promise<VerificationProblem> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof VerificationProblem)) throw new Error(`Not a problem: ${String(error)}`);
  return error;
}
