/** The problems of a deployment, each with the next step. */
import { fingerprint, type MachinesLock } from '../../diagrams/fingerprint.ts';
import { readMachine } from '../../diagrams/machine-reader.ts';
import type { Workflows } from '../../engine/machines/workflows.ts';
import type { Earlier } from './earlier.ts';
import type { Fated } from './fates.ts';

/** The fingerprints of the earlier versions: those of the lock, and those of the models. */
export function earlierPrints({ lock, models }: Earlier): MachinesLock {
  const prints: Record<string, Record<string, string>> = {};
  for (const model of models) prints[model.name] = { [model.version]: fingerprint(model) };
  for (const [name, versions] of Object.entries(lock)) prints[name] = { ...prints[name], ...versions };
  return prints;
}

/** The registered versions whose structure differs from the earlier one, as `name@version`. */
export function changedVersions(workflows: Workflows, prints: MachinesLock): Set<string> {
  return new Set(
    workflows.all().flatMap((workflow) => {
      const { name, version } = workflow;
      const known = prints[name]?.[version];
      return known === undefined || known === fingerprint(readMachine(workflow)) ? [] : [`${name}@${version}`];
    }),
  );
}

/**
 * @param fates null if nothing counts the sessions. Each earlier version may then have some
 * @returns one line for each problem
 */
export function problemsOf(workflows: Workflows, earlier: Earlier, changed: ReadonlySet<string>, fates: readonly Fated[] | null): string[] {
  return [
    ...structureProblems(workflows, changed, fates),
    ...absenceProblems(workflows, earlier, fates),
    ...migrationProblems(fates ?? []),
  ];
}

function structureProblems(workflows: Workflows, changed: ReadonlySet<string>, fates: readonly Fated[] | null): string[] {
  return workflows.all().flatMap(({ name, version }) => {
    if (!changed.has(`${name}@${version}`)) return [];
    const count = fates === null ? 'its sessions' : counted(sumOf(fates, name, version));
    const newest = workflows.latest().find((each) => each.name === name)?.version ?? version;
    const step =
      newest === version
        ? `raise the version to ${version + 1}, and register the old machine as version ${version} or add migrations[${version}]`
        : `restore the machine of version ${version}, and change version ${newest} alone`;
    return [`Workflow '${name}': the structure of version ${version} changed without a new version, which would strand ${count}: ${step}`];
  });
}

/** Versions that no registered machine continues. */
function absenceProblems(workflows: Workflows, { lock, versions }: Earlier, fates: readonly Fated[] | null): string[] {
  const known = [
    ...Object.entries(lock).flatMap(([name, all]) => Object.keys(all).map((version) => [name, Number(version)] as const)),
    ...Object.entries(versions),
    ...(fates ?? []).map(({ workflow, version }) => [workflow, version] as const),
  ];
  const distinct = new Map(known.map(([name, version]) => [`${name}@${version}`, { name, version }]));
  return [...distinct.values()].flatMap(({ name, version }) => {
    if (workflows.of(name, version) !== undefined || workflows.successor(name, version) !== null) return [];
    const sessions = fates === null ? null : sumOf(fates, name, version);
    if (sessions === 0) return [];
    const newest = workflows.latest().find((each) => each.name === name);
    const count = sessions === null ? 'its sessions, if any are left' : counted(sessions);
    const step =
      newest === undefined
        ? 'keep the workflow until its sessions are over'
        : `keep version ${version} registered, or add migrations[${version}] to version ${newest.version}`;
    return [`Workflow '${name}': version ${version} is not registered any more, which would strand ${count}: ${step}`];
  });
}

function migrationProblems(fates: readonly Fated[]): string[] {
  return fates.flatMap(({ workflow, version, state, sessions, error }) =>
    error === null
      ? []
      : [
          `Workflow '${workflow}', state '${state}': migrations[${version}] fails for ${counted(sessions)} (${error}): ` +
            'correct the migration, or keep the version registered',
        ],
  );
}

function sumOf(fates: readonly Fated[], workflow: string, version: number): number {
  const these = fates.filter((fated) => fated.workflow === workflow && fated.version === version);
  return these.reduce((sum, { sessions }) => sum + sessions, 0);
}

function counted(sessions: number): string {
  return `${sessions} session${sessions === 1 ? '' : 's'}`;
}
