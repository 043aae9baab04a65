/**
 * Fingerprints of the structure that running sessions depend on, and checks against the recorded ones. A session keeps
 * the version it was started with. Its stored state, timers and tasks name states, delays and invocations, so a change
 * of structure without a new version would strand it. Texts and figures may change freely.
 */
import { createHash } from 'node:crypto';
import type { Workflow } from '../../machines/workflow.ts';
import type { MachineModel, StateModel, TransitionModel } from './model.ts';

/**
 * The fingerprint of every version ever released, by workflow and version. Entries are added and never changed. An entry is removed by
 * hand when no session of its version can exist any more.
 */
export type MachinesLock = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @returns 16 hexadecimal digits: enough to notice a change, and short enough to read aloud. */
export function fingerprint({ root, states, transitions }: MachineModel): string {
  const structure = {
    states: sorted([root, ...states].map(stateStructure)),
    transitions: sorted(transitions.map(transitionStructure)),
  };
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex').slice(0, 16);
}

function stateStructure({ path, id, type, initial, entry, exit, tasks, history }: StateModel): string {
  return JSON.stringify([path, id, type, initial, entry, exit, tasks.map((task) => [task.id, task.name]), ...(history ? [history] : [])]);
}

/** The order of transitions for one event decides which is taken. The id contains it. */
function transitionStructure(transition: TransitionModel): string {
  const { id, kind, source, target, type, delay, guard, actions, refusal, reenter, furtherTargets } = transition;
  const refused = refusal && [refusal.code, refusal.until?.name ?? null];
  const common = [id, kind, source, target, type, delay?.name ?? null, guard, actions, refused, reenter];
  // Only forks have this part, so that versions locked before there were forks keep their fingerprints.
  return JSON.stringify(furtherTargets ? [...common, furtherTargets] : common);
}

/** Sorted, so that the position of a state or an event in the file makes no difference. */
function sorted(items: readonly string[]): string[] {
  return [...items].sort();
}

/** @returns one sentence for each workflow whose structure differs from the recorded one of its version. */
export function strandings(models: readonly MachineModel[], lock: MachinesLock): string[] {
  return models.flatMap((model) => {
    const known = lock[model.name]?.[model.version];
    if (known === undefined || known === fingerprint(model)) return [];
    return [
      `The structure of ${model.name} changed, and its version is still ${model.version}: the running sessions of ${model.name} version ` +
        `${model.version} would be stranded. Raise the version in its file, keep version ${model.version} registered until its sessions ` +
        'are over, and run: npm run diagrams',
    ];
  });
}

/** @returns one sentence for each version whose sessions no registered machine can continue. */
export function leftBehind(workflows: readonly Pick<Workflow, 'name' | 'version' | 'migrations'>[], lock: MachinesLock): string[] {
  return [...new Set(workflows.map(({ name }) => name))].flatMap((name) => {
    const versions = workflows.filter((workflow) => workflow.name === name);
    const newest = versions.reduce((a, b) => (b.version > a.version ? b : a));
    const known = new Set([...versions.map(({ version }) => version), ...Object.keys(newest.migrations ?? {}).map(Number)]);
    return Object.keys(lock[name] ?? {})
      .filter((version) => !known.has(Number(version)))
      .map(
        (version) =>
          `Sessions of ${name} version ${version} would be stranded: it is not registered, and version ${newest.version} has no migration ` +
          'for it. Register it, add a migration, or, if no session of it is left, remove its line from machines.lock.json',
      );
  });
}

/** Adds new versions to the lock. Existing entries stay unchanged, even if the structure differs. */
export function extended(lock: MachinesLock, models: readonly MachineModel[]): MachinesLock {
  const names = sorted([...new Set([...Object.keys(lock), ...models.map(({ name }) => name)])]);
  return Object.fromEntries(
    names.map((name) => {
      const current = models.filter((model) => model.name === name).map((model) => [model.version, fingerprint(model)]);
      // JavaScript orders integer keys numerically.
      return [name, { ...Object.fromEntries(current), ...lock[name] }];
    }),
  );
}
