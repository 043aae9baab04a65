/** Sessions and commits for the store's tests: every member has a value, and a test names only those that matter. */
import { randomUUID } from 'node:crypto';
import type { Session, Task } from '../../src/engine/session.ts';
import type { Commit } from '../../src/engine/session-store.ts';
import type { Store } from '../../src/store/store.ts';

export function session(part: Partial<Session> = {}): Session {
  return {
    id: randomUUID(),
    workflow: 'email-verification',
    version: 1,
    revision: 1,
    status: 'active',
    value: { codeActive: 'cooldown' },
    historyValue: null,
    context: { guesses: 0, note: 'quotes " and \\ and {braces}, commas', channel: null, trusted: true },
    timers: [],
    tasks: [],
    generations: 0,
    idempotencyRecords: [],
    startFingerprint: null,
    keyId: 'k1',
    parent: null,
    accountId: null,
    sealed: 'c2VhbGVk',
    result: null,
    signingKeyId: null,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_001,
    endedAt: null,
    ...part,
  };
}

/** With an attempt under way. */
export const task: Task = {
  id: 'deliverCode',
  src: 'deliverCode',
  input: {},
  createdAt: 0,
  detached: false,
  generation: 1,
  attempts: 1,
  retryAt: null,
};

export function creating(created: Session, part: Partial<Commit> = {}): Commit {
  return { session: { ...created, revision: 1 }, from: 0, history: [entry('start')], dueAt: null, lease: 'none', ...part };
}

/** The commit of the next step of a session. */
export function stepping(before: Session, change: Partial<Session> = {}, part: Partial<Commit> = {}): Commit {
  const after = { ...before, ...change, revision: before.revision + 1 };
  return { session: after, from: before.revision, history: [entry('SUBMIT_CODE')], dueAt: null, lease: 'none', ...part };
}

export function entry(event: string) {
  return { at: 1_700_000_000_001, event, from: null, to: 'codeActive.cooldown', refusal: null };
}

/** The sessions due by a time, up to the limit. */
export async function idsDue({ sessions }: Store, now: number, limit: number): Promise<string[]> {
  return (await sessions.due({ now, limit, skip: 0, except: [] })).map(({ session: { id } }) => id);
}
