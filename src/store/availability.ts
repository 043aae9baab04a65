/** Distinguishes faults of a statement, which are defects of this service, from an unavailable database. */
import { StoreUnavailable } from '../engine/errors.ts';

/** The SQLSTATE of an error, if the server sent one. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * Classes of SQLSTATE that blame the statement: bad data (22), broken constraints (23), bad SQL or missing rights (42). Repeated, such a
 * statement fails again. All other errors may be temporary: lost connection, shutdown, time-outs, deadlock, full disk, too many
 * connections, and any failure before the server answers.
 */
const statementAtFault = new Set(['22', '23', '42']);

/** @returns the error to throw in place of a driver's error */
export function explained(error: unknown, description: string): unknown {
  const state = sqlState(error);
  if (state !== undefined && statementAtFault.has(state.slice(0, 2))) return error;
  const full = isDiskFull(error) ? 'the disk is full: ' : '';
  return new StoreUnavailable(`${description} is unavailable: ${full}${reason(error)}`, { cause: error });
}

/** SQLSTATE of a full disk. */
const diskFullState = '53100';

/** The number of ENOSPC in WASI, as PGlite's file system reports it. */
const wasiDiskFull = 51;

/** True if an error of PostgreSQL, Node or PGlite's file system says that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof StoreUnavailable) return isDiskFull(error.cause);
  const { code, errno, name } = error as { readonly code?: unknown; readonly errno?: unknown; readonly name?: unknown };
  return code === diskFullState || code === 'ENOSPC' || (name === 'ErrnoError' && errno === wasiDiskFull);
}

/** SQLSTATEs of a server that permanently refuses the connection: invalid authorisation (28), no such database, no right. */
const refusal = /^(28...|3D000|42501)$/;

/** pg's messages for a missing password, and for encryption that the server does not offer. They have no SQLSTATE. */
const refusalText = /^(SASL: |The server does not support SSL)/;

/** PgBouncer's refusal of a setting of the connection (SQLSTATE 08P01, which is otherwise a broken protocol). */
const poolerText = /^unsupported startup parameter/;

/** True if a pooler in front of the server refuses the settings of the connection. */
export function isRefusedByPooler(error: unknown): boolean {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return cause instanceof Error && poolerText.test(cause.message);
}

/** True if the server is reachable, but refuses this service until a setting changes. */
export function isRefused(error: unknown): boolean {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return refusal.test(sqlState(cause) ?? '') || (cause instanceof Error && refusalText.test(cause.message));
}

/** The reason of an error. Node reports the failures of several addresses as one error without a message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
