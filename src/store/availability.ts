/** Tells faults of a statement, which are ours, from everything else that keeps a database from answering. */
import { StoreUnavailable } from '../engine/errors.ts';

/** The SQLSTATE of an error, if the server sent one. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * Classes of SQLSTATE that blame the statement: bad data (22), broken constraints (23), bad SQL or missing rights (42).
 * Asked again, it would fail again. All others (connection lost, shutting down, time-outs, deadlock, disk full, too many
 * connections) may pass, as may whatever fails before the server answers.
 */
const statementAtFault = new Set(['22', '23', '42']);

/** @returns the error to throw for one that a driver threw */
export function explained(error: unknown, description: string): unknown {
  const state = sqlState(error);
  if (state !== undefined && statementAtFault.has(state.slice(0, 2))) return error;
  const full = isDiskFull(error) ? 'the disk is full: ' : '';
  return new StoreUnavailable(`${description} is unavailable: ${full}${reason(error)}`, { cause: error });
}

/** SQLSTATE for a disk that is full. */
const diskFullState = '53100';

/** ENOSPC by its number in WASI, which PGlite's files report. */
const wasiDiskFull = 51;

/** Whether the disk is full, by the errors of PostgreSQL, Node or PGlite's file system. */
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

/** Whether the server is reachable but will refuse this service until a setting changes. */
export function isRefused(error: unknown): boolean {
  const cause = error instanceof StoreUnavailable ? error.cause : error;
  return refusal.test(sqlState(cause) ?? '') || (cause instanceof Error && refusalText.test(cause.message));
}

/** Node joins the failures of several addresses into an error without a message of its own. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
