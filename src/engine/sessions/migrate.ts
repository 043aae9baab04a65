/** Settles the stored sessions of other versions, once at the start of the service. */
import type { AnyStateMachine } from 'xstate';
import type { Migration, PendingTask, Stored, Workflow } from '../../../machines/workflow.ts';
import { inMachineOrder } from '../machines/state-value.ts';
import type { Workflows } from '../machines/workflows.ts';
import { statesOf } from '../machines/xstate-transition.ts';
import type { Log } from '../ports.ts';
import { isUnderWay, nextDueAt, type Session, type StateValue, statePath, type Task } from '../session.ts';
import type { Commit, SessionStore, VersionInUse } from '../session-store.ts';

/** The number of sessions that one statement migrates. */
const batch = 64;

/**
 * Sets aside sessions whose machine is no longer registered, and takes back those whose machine is registered again. Migrates sessions to
 * the newest version if the workflow has a migration. Every session that is set aside is logged.
 * @param at the time on the engine's clock
 * @returns the sessions that are set aside
 */
export async function settleVersions(store: SessionStore, workflows: Workflows, at: number, log: Log): Promise<VersionInUse[]> {
  const stranded: VersionInUse[] = [];
  for (const { workflow, version, sessions } of await store.versionsInUse()) {
    const registered = workflows.of(workflow, version) !== undefined;
    const moved = await store.setStranded(workflow, version, !registered);
    if (registered) {
      if (moved > 0) log.info({ workflow, version, sessions: moved }, 'stranded sessions were taken back');
      continue;
    }
    const successor = workflows.successor(workflow, version);
    const { migrated: count, unfit } = successor ? await migrateAll(store, { ...successor, version }, at) : none;
    if (count > 0) log.info({ workflow, version, to: successor?.workflow.version, sessions: count }, 'sessions were migrated');
    if (unfit) log.error({ workflow, version, session: unfit.id, err: unfit.error }, 'a session cannot be migrated');
    if (count === sessions) continue;
    stranded.push({ workflow, version, sessions: sessions - count });
    log.error({ workflow, version, sessions: sessions - count }, 'sessions are stranded: their workflow version is not registered');
  }
  return stranded;
}

interface Unfit {
  readonly id: string;
  readonly error: unknown;
}

const none: { readonly migrated: number; readonly unfit: Unfit | null } = { migrated: 0, unfit: null };

interface Migrating {
  /** The target of the migration. */
  readonly workflow: Workflow;
  /** The version of the stored sessions. */
  readonly version: number;
  readonly migrate: Migration;
}

/** @returns the number of migrated sessions, and the first session that cannot be migrated */
async function migrateAll(store: SessionStore, { workflow, version, migrate }: Migrating, at: number): Promise<typeof none> {
  const { name, version: to } = workflow;
  let count = 0;
  let unfit: Unfit | null = null;
  for (let after: string | null = null; ; ) {
    const sessions: Session[] = await store.stranded({ workflow: name, version, after, limit: batch });
    const last = sessions.at(-1);
    if (!last) return { migrated: count, unfit };
    after = last.id;
    const commits: Commit[] = [];
    for (const session of sessions) {
      try {
        commits.push(commitOf(session, migrated(session, { workflow, migrate }), to, at));
      } catch (error) {
        unfit ??= { id: session.id, error };
      }
    }
    // Another process may have migrated some of them in the meantime, with the same result.
    await store.commit(commits);
    count += commits.length;
  }
}

/**
 * The stored part of a session after its migration.
 * @throws Error if the migration fails, or if its result does not fit the machine
 */
export function migrated(session: Session, { workflow: { machine }, migrate }: Pick<Migrating, 'workflow' | 'migrate'>) {
  const { historyValue = null, ...stored } = migrate(session);
  return inMachineOrder(machine, fitting(machine, { ...stored, historyValue }));
}

function commitOf(
  before: Session,
  { value, historyValue = null, context, timers, tasks: pending }: Stored,
  version: number,
  now: number,
): Commit {
  const tasks = pending.map((task) => withAttempts(task, before));
  const at = Math.max(now, before.updatedAt);
  const session: Session = {
    ...before,
    version,
    revision: before.revision + 1,
    status: before.endedAt === null ? 'active' : 'done',
    value,
    historyValue,
    context,
    timers,
    tasks,
    updatedAt: at,
  };
  // No process will report the end of an attempt that was under way, so its lease ends at once.
  const orphaned = tasks.some(isUnderWay);
  return {
    session,
    from: before.revision,
    history: [{ at, event: 'migrate', from: statePath(before.value), to: statePath(value), refusal: null }],
    dueAt: nextDueAt(session),
    lease: orphaned ? { ms: 0 } : 'none',
  };
}

/** A migration knows no attempts, so each task keeps those of the stored task. */
function withAttempts(task: PendingTask, { tasks }: Session): Task {
  const before = tasks.find(({ generation }) => generation === task.generation);
  return before ? { ...before, ...task } : { ...task, attempts: 0, retryAt: task.createdAt };
}

/** @throws Error if the machine lacks a state, a timer, a task, or a state in the history value */
function fitting<T extends Stored>(machine: AnyStateMachine, stored: T): T {
  const active = activeNodes(machine, stored.value);
  for (const { id, event } of stored.timers)
    if (!active.some(({ transitions }) => transitions.has(event))) throw new Error(`The timer ${id} belongs to no state that is active`);
  for (const { id } of stored.tasks.filter(({ detached }) => !detached))
    if (!active.some(({ invoke }) => invoke.some((invoked) => invoked.id === id)))
      throw new Error(`The task ${id} belongs to no state that is active`);
  const known = new Set(statesOf(machine).map(({ id }) => id));
  const lost = Object.entries(stored.historyValue ?? {})
    .flat(2)
    .find((id) => !known.has(id));
  if (lost !== undefined) throw new Error(`The session remembers the state ${lost}, which the machine lacks`);
  return stored;
}

type StateNode = AnyStateMachine['root'];

/** The root, and each active state down to the leaves. */
function activeNodes({ root }: AnyStateMachine, value: StateValue): StateNode[] {
  const below = (node: StateNode, active: StateValue): StateNode[] => {
    const names = typeof active === 'string' ? (active === '' ? [] : [active]) : Object.keys(active);
    if (names.length === 0 && Object.keys(node.states).length > 0 && node.type !== 'history')
      throw new Error(`The state ${node.id} has states below, and none of them is active`);
    return names.flatMap((name) => {
      const child: StateNode | undefined = node.states[name];
      if (!child) throw new Error(`There is no state ${name} in ${node.id}`);
      return [child, ...below(child, typeof active === 'string' ? '' : (active[name] ?? ''))];
    });
  };
  return [root, ...below(root, value)];
}
