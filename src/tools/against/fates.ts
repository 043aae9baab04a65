/** The fate of each living session in a deployment, by the rules that the start of the service follows. */
import type { Workflows } from '../../engine/machines/workflows.ts';
import { statePath } from '../../engine/session.ts';
import type { StateCount } from '../../engine/session-store.ts';
import { migrated } from '../../engine/sessions/migrate.ts';
import type { LivingSessions } from '../../store/living-sessions.ts';

export type Fate = 'moves' | 'stays' | 'stranded';

export interface Fated {
  readonly workflow: string;
  readonly version: number;
  readonly state: string;
  readonly sessions: number;
  readonly fate: Fate;
  /** The version that the sessions move to. */
  readonly to: number | null;
  /** The error of the migration that strands them. */
  readonly error: string | null;
}

/** @returns true for a version that is registered with another structure than the one its sessions were started with */
export type IsChanged = (workflow: string, version: number) => boolean;

/** @param counts of a place that does not show its sessions. Migrations are then expected to succeed */
export function fatesOf(counts: readonly StateCount[], workflows: Workflows, isChanged: IsChanged): Fated[] {
  return gathered(counts.map((count) => fated(count, workflows, isChanged)));
}

/** Tries the migrations on every session that they would take along. */
export async function triedFates(living: LivingSessions, workflows: Workflows, isChanged: IsChanged): Promise<Fated[]> {
  const expected = fatesOf(await living.count(), workflows, isChanged);
  const moving = new Map(expected.flatMap((each) => (each.fate === 'moves' ? [[`${each.workflow}@${each.version}`, each] as const] : [])));
  const tried: Fated[] = [];
  for (const { workflow, version } of moving.values()) {
    const successor = workflows.successor(workflow, version);
    if (successor === null) continue;
    for await (const session of living.of(workflow, version)) {
      const error = errorOf(() => migrated(session, successor));
      const fate = error === null ? 'moves' : 'stranded';
      const to = error === null ? successor.workflow.version : null;
      tried.push({ workflow, version, state: statePath(session.value), sessions: 1, fate, to, error });
    }
  }
  return gathered([...expected.filter(({ fate }) => fate !== 'moves'), ...tried]);
}

function fated({ workflow, version, state, sessions }: StateCount, workflows: Workflows, isChanged: IsChanged): Fated {
  const place = { workflow, version, state, sessions, error: null };
  if (workflows.of(workflow, version) !== undefined)
    return { ...place, fate: isChanged(workflow, version) ? 'stranded' : 'stays', to: null };
  const successor = workflows.successor(workflow, version);
  return { ...place, fate: successor === null ? 'stranded' : 'moves', to: successor?.workflow.version ?? null };
}

function errorOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  }
}

/** Adds up sessions of the same version, state and fate. */
function gathered(all: readonly Fated[]): Fated[] {
  const sums = new Map<string, Fated>();
  for (const each of all) {
    const key = JSON.stringify([each.workflow, each.version, each.state, each.fate]);
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? each : { ...sum, sessions: sum.sessions + each.sessions });
  }
  return [...sums.values()].toSorted(
    (a, b) => a.workflow.localeCompare(b.workflow) || a.version - b.version || a.state.localeCompare(b.state),
  );
}
