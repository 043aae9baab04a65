/** Refusals in tests of the client. */
import { VerificationProblem } from 'verification-workflows/client';

/** The reason with which a promise was rejected. */
export async function problemOf(promise: Promise<unknown>): Promise<VerificationProblem> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof VerificationProblem)) throw new Error(`Not a problem: ${String(error)}`);
  return error;
}
