/** The outcomes of requests that came with an Idempotency-Key: a session keeps them, so that a repeated request changes nothing. */
import { IdempotencyMismatch, TooManyKeys } from './errors.ts';
import type { KeptOutcome, Rejection, Session } from './session.ts';

/** An Idempotency-Key and the body it came with, as keyed fingerprints: one by each secret key, the current one first. */
export interface Idempotency {
  readonly keys: readonly string[];
  readonly fingerprints: readonly string[];
}

/** The key that a request to start a session came with. */
export interface StartIdempotency extends Idempotency {
  readonly key: string;
}

/** How long the outcome of a keyed request is kept. */
const keptForMs = 24 * 60 * 60 * 1000;

/** Far more than a person's session has requests; bounds what a row can grow to. */
const keptLimit = 200;

/**
 * The remembered outcomes of requests with a key, and the outcome of this request if it came before.
 * @throws IdempotencyMismatch, TooManyKeys
 */
export function recalled(
  session: Session,
  idempotency: Idempotency | null,
  at: number,
): { kept: KeptOutcome[]; earlier: KeptOutcome | null } {
  const kept = session.kept.filter((outcome) => outcome.at > at - keptForMs);
  const earlier = idempotency && outcomeOf(kept, idempotency);
  const oldest = kept[0];
  if (idempotency && !earlier && oldest && kept.length >= keptLimit) throw new TooManyKeys(oldest.at + keptForMs);
  return { kept, earlier };
}

/** @throws IdempotencyMismatch */
export function outcomeOf(kept: readonly KeptOutcome[], { keys, fingerprints }: Idempotency): KeptOutcome | null {
  const outcome = kept.find(({ key }) => keys.includes(key));
  if (!outcome) return null;
  if (!fingerprints.includes(outcome.fingerprint)) throw new IdempotencyMismatch('The key was used with another body');
  return outcome;
}

export function keptOutcome({ keys, fingerprints }: Idempotency, rejection: Rejection | null, session: Session, at: number): KeptOutcome {
  const [key, fingerprint] = [keys[0], fingerprints[0]];
  if (key === undefined || fingerprint === undefined) throw new Error('An idempotency key has no fingerprint');
  return { key, fingerprint, rejection, context: session.context, at };
}
