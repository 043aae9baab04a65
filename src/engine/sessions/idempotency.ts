/** Idempotency records: the outcomes of requests that came with an Idempotency-Key. A session stores them, so that a repeated request changes nothing. */
import { IdempotencyMismatch, TooManyKeys } from '../errors.ts';
import type { GivenAnswer, IdempotencyRecord, Rejection, Session } from '../session.ts';

/** An Idempotency-Key and its body as keyed fingerprints, one for each secret key, the current key first. */
export interface Idempotency {
  readonly keys: readonly string[];
  readonly fingerprints: readonly string[];
}

/** The Idempotency-Key of a start. */
export interface StartIdempotency extends Idempotency {
  readonly key: string;
}

/** How long an idempotency record is stored. */
const recordLifetimeMs = 24 * 60 * 60 * 1000;

/** Far more than the requests of a person's session. Bounds the size of a row. */
const mostRecords = 200;

/**
 * The idempotency records that have not expired, and the record of this request, if it came before.
 * @throws IdempotencyMismatch, TooManyKeys
 */
export function recordsOf(
  session: Session,
  idempotency: Idempotency | null,
  at: number,
): { records: IdempotencyRecord[]; earlier: IdempotencyRecord | null } {
  const records = session.idempotencyRecords.filter((record) => isRemembered(record, at));
  const earlier = idempotency && outcomeOf(records, idempotency);
  const oldest = records[0];
  if (idempotency && !earlier && oldest && records.length >= mostRecords) throw new TooManyKeys(oldest.at + recordLifetimeMs);
  return { records, earlier };
}

/** False for a record that has expired. */
export function isRemembered(record: Pick<IdempotencyRecord, 'at'>, at: number): boolean {
  return record.at > at - recordLifetimeMs;
}

/** @throws IdempotencyMismatch */
export function outcomeOf(records: readonly IdempotencyRecord[], { keys, fingerprints }: Idempotency): IdempotencyRecord | null {
  const outcome = records.find(({ key }) => keys.includes(key));
  if (!outcome) return null;
  if (!fingerprints.includes(outcome.fingerprint)) throw new IdempotencyMismatch('The key was used with another body');
  return outcome;
}

export function idempotencyRecord(
  { keys, fingerprints }: Idempotency,
  rejection: Rejection | null,
  session: Session,
  at: number,
  given: GivenAnswer | null = null,
): IdempotencyRecord {
  const [key, fingerprint] = [keys[0], fingerprints[0]];
  if (key === undefined || fingerprint === undefined) throw new Error('An idempotency key has no fingerprint');
  return { key, fingerprint, rejection, context: session.context, ...(given === null ? {} : { given }), at };
}
