/** Conversion between sessions and their rows. */
import { type Session, statePath } from '../engine/session.ts';
import type { Commit, ListedSession, Loaded } from '../engine/session-store.ts';
import type { SessionDocument } from './schema.ts';

/** A row of `loadStatement`. */
export interface SessionRow {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly revision: number;
  readonly status: Session['status'];
  readonly document: SessionDocument;
  readonly account_id: string | null;
  readonly sealed: string | null;
  readonly result: string | null;
  readonly result_expires_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly ended_at: number | null;
  readonly lease_lapsed: boolean;
}

export function loadedFrom(row: SessionRow): Loaded {
  return { session: sessionOf(row), leaseLapsed: row.lease_lapsed };
}

function sessionOf(row: SessionRow): Session {
  const { value, context, timers, tasks, generations, kept, startFingerprint, keyId } = row.document;
  const { parent = null, historyValue = null, signingKeyId = null } = row.document;
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    revision: row.revision,
    status: row.status,
    value,
    historyValue,
    context,
    timers,
    tasks,
    generations,
    idempotencyRecords: kept,
    startFingerprint,
    keyId,
    parent,
    accountId: row.account_id,
    sealed: row.sealed,
    result: resultOf(row),
    signingKeyId,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  };
}

function resultOf({ result, result_expires_at: expiresAt }: SessionRow): Session['result'] {
  return result === null || expiresAt === null ? null : { sealed: result, expiresAt };
}

/** @returns the entry of a session in a list */
export function listedFrom(
  row: Omit<SessionRow, 'document' | 'sealed' | 'result' | 'result_expires_at' | 'lease_lapsed'> & { readonly state: string },
): ListedSession {
  const { id, workflow, version, revision, status, state } = row;
  const { account_id: accountId, created_at: createdAt, updated_at: updatedAt, ended_at: endedAt } = row;
  return { id, workflow, version, revision, status, state, accountId, createdAt, updatedAt, endedAt };
}

function documentOf(session: Session): string {
  const { value, historyValue, context, timers, tasks, generations, idempotencyRecords: kept, startFingerprint, keyId, parent } = session;
  const { signingKeyId } = session;
  const document: SessionDocument = { value, context, timers, tasks, generations, kept, startFingerprint, keyId, parent };
  return JSON.stringify({
    ...document,
    ...(historyValue === null ? {} : { historyValue }),
    ...(signingKeyId === null ? {} : { signingKeyId }),
  });
}

/** Separates the texts of a column. JSON escapes this character, and no state has it in its name. */
const separator = '\u001f';

/** A PostgreSQL array of numbers, booleans or ids. `pg` would search each value for quotation marks, which takes longer. */
function listed(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`;
}

/**
 * The input of `string_to_array`; null becomes an empty text. The separator occurs in no text, so nothing is escaped. Escaping a JSON text
 * would be the slowest part.
 */
function joined(texts: readonly (string | null)[]): string {
  if (texts.some((text) => text?.includes(separator))) throw new Error('A text of a session holds the separator of texts');
  return texts.join(separator);
}

/**
 * The parameters of `commitStatement`, one per column.
 * @throws Error if a session appears twice, because the second commit would overwrite the first
 */
export function commitParameters(commits: readonly Commit[]): string[] {
  const ids = new Set(commits.map(({ session }) => session.id));
  if (ids.size !== commits.length) throw new Error('A session appears twice in one batch of commits');
  const sessions = commits.map(({ session }) => session);
  // An ended session may still have notices to send, so it keeps its due time and its lease.
  const isRunnable = ({ session }: Commit) => session.status !== 'stranded' && session.status !== 'suspended';
  return [
    listed(sessions.map(({ id }) => id)),
    joined(sessions.map(({ workflow }) => workflow)),
    listed(sessions.map(({ version }) => version)),
    listed(commits.map(({ from }) => from)),
    listed(sessions.map(({ revision }) => revision)),
    joined(sessions.map(({ status }) => status)),
    joined(sessions.map(({ value }) => statePath(value))),
    sessions.map(documentOf).join(separator),
    joined(sessions.map(({ sealed }) => sealed)),
    listed(commits.map((commit) => (isRunnable(commit) ? commit.dueAt : null))),
    listed(commits.map((commit) => (isRunnable(commit) && typeof commit.lease === 'object' ? commit.lease.ms : null))),
    listed(commits.map((commit) => isRunnable(commit) && commit.lease === 'keep')),
    listed(sessions.map(({ createdAt }) => createdAt)),
    listed(sessions.map(({ updatedAt }) => updatedAt)),
    listed(sessions.map(({ endedAt }) => endedAt)),
    commits.map(({ history }) => JSON.stringify(history)).join(separator),
    listed(sessions.map(({ accountId }) => accountId)),
    joined(sessions.map(({ result }) => result?.sealed ?? null)),
    listed(sessions.map(({ result }) => result?.expiresAt ?? null)),
  ];
}
