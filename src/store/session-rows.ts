/** Between a session and its row. */

import { type Session, statePath } from '../engine/session.ts';
import type { Commit, ListedSession, Loaded } from '../engine/session-store.ts';
import type { SessionDocument } from './schema.ts';

/** What `loadStatement` reads. */
export interface SessionRow {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly revision: number;
  readonly status: Session['status'];
  readonly document: SessionDocument;
  readonly account_id: string | null;
  readonly sealed: string | null;
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
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    revision: row.revision,
    status: row.status,
    value,
    context,
    timers,
    tasks,
    generations,
    kept,
    startFingerprint,
    keyId,
    accountId: row.account_id,
    sealed: row.sealed,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  };
}

/** A row as a list shows it. */
export function listedFrom(row: Omit<SessionRow, 'document' | 'sealed' | 'lease_lapsed'> & { readonly state: string }): ListedSession {
  const { id, workflow, version, revision, status, state } = row;
  const { account_id: accountId, created_at: createdAt, updated_at: updatedAt, ended_at: endedAt } = row;
  return { id, workflow, version, revision, status, state, accountId, createdAt, updatedAt, endedAt };
}

function documentOf(session: Session): string {
  const { value, context, timers, tasks, generations, kept, startFingerprint, keyId } = session;
  const document: SessionDocument = { value, context, timers, tasks, generations, kept, startFingerprint, keyId };
  return JSON.stringify(document);
}

/**
 * The parameters of `commitStatement`: one array per column.
 * @throws Error when a session appears twice; the second would be written over the first
 */
export function commitParameters(commits: readonly Commit[]): unknown[][] {
  const ids = new Set(commits.map(({ session }) => session.id));
  if (ids.size !== commits.length) throw new Error('A session appears twice in one batch of commits');
  const columns: unknown[][] = Array.from({ length: 17 }, () => []);
  for (const { session, from, history, dueAt, lease } of commits) {
    // A session that has ended may still have something to tell.
    const lives = session.status !== 'stranded';
    [
      session.id,
      session.workflow,
      session.version,
      from,
      session.revision,
      session.status,
      statePath(session.value),
      documentOf(session),
      session.sealed,
      lives ? dueAt : null,
      lives && typeof lease === 'object' ? lease.ms : null,
      lives && lease === 'keep',
      session.createdAt,
      session.updatedAt,
      session.endedAt,
      JSON.stringify(history),
      session.accountId,
    ].forEach((value, column) => {
      columns[column]?.push(value);
    });
  }
  return columns;
}
