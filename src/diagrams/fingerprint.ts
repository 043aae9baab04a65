/**
 * What of a machine running sessions rest on, and whether it is still what its version once stood for. A session keeps
 * the version it was started with, and its stored state, timers and tasks name states, delays and invocations: a
 * structure that changed under an unchanged version would strand it. Texts and figures may change freely.
 */
import { createHash } from 'node:crypto';
import type { Workflow } from '../../machines/workflow.ts';
import type { MachineModel, StateModel, TransitionModel } from './model.ts';

/**
 * The structure of every version that there ever was, by workflow and version. Entries are added and never changed; one is taken out
 * by hand when no session of it can be left anywhere.
 */
export type MachinesLock = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @returns 16 hexadecimal digits: enough to notice a change, and short enough to be read aloud. */
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

/** The order of one event's choices decides which is taken; it is part of the transition's id. */
function transitionStructure(transition: TransitionModel): string {
  const { id, kind, source, target, type, delay, guard, actions, refusal, reenter, furtherTargets } = transition;
  const refused = refusal && [refusal.code, refusal.until?.name ?? null];
  const common = [id, kind, source, target, type, delay?.name ?? null, guard, actions, refused, reenter];
  // Versions locked before there were forks and history keep their fingerprints: only what has them says more.
  return JSON.stringify(furtherTargets ? [...common, furtherTargets] : common);
}

/** Where a state or an event stands in the file makes no difference. */
function sorted(items: readonly string[]): string[] {
  return [...items].sort();
}

/** @returns one sentence for each workflow whose structure is no longer what its version stands for. */
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

/** @returns one sentence for each version whose sessions no registered machine can go on with. */
export function leftBehind(workflows: readonly Pick<Workflow, 'name' | 'version' | 'migrations'>[], lock: MachinesLock): string[] {
  return [...new Set(workflows.map(({ name }) => name))].flatMap((name) => {
    const versions = workflows.filter((workflow) => workflow.name === name);
    const newest = versions.reduce((a, b) => (b.version > a.version ? b : a));
    const known = new Set([...versions.map(({ version }) => version), ...Object.keys(newest.migrations ?? {}).map(Number)]);
    return Object.keys(lock[name] ?? {})
      .filter((version) => !known.has(Number(version)))
      .map(
        (version) =>
          `Sessions of ${name} version ${version} would be stranded: it is not registered, and version ${newest.version} says nothing of them ` +
          'in its `migrations`. Register it, say how they migrate, or, when no session of it is left, take its line out of machines.lock.json',
      );
  });
}

/** The lock with the versions that it does not know yet. Those it knows stay as they are, changed or not. */
export function extended(lock: MachinesLock, models: readonly MachineModel[]): MachinesLock {
  const names = sorted([...new Set([...Object.keys(lock), ...models.map(({ name }) => name)])]);
  return Object.fromEntries(
    names.map((name) => {
      const current = models.filter((model) => model.name === name).map((model) => [model.version, fingerprint(model)]);
      // Integer keys come in numeric order by themselves.
      return [name, { ...Object.fromEntries(current), ...lock[name] }];
    }),
  );
}
