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
  return new StoreUnavailable(`${description} is unavailable: ${reason(error)}`, { cause: error });
}

/** Node joins the failures of several addresses into an error without a message of its own. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
