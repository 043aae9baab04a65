/** The members of a representation that only machines with parallel states or tags have. */
import type { Workflow } from '../../../machines/workflow.ts';
import { leavesOf } from '../../engine/machines/state-value.ts';
import { statesOf } from '../../engine/machines/xstate-transition.ts';
import type { Session } from '../../engine/session.ts';
import { isParallel } from './state-paths.ts';

interface Features {
  readonly isParallel: boolean;
  readonly tags: readonly { readonly path: string; readonly tags: readonly string[] }[];
}

const features = new WeakMap<Workflow, Features>();

/** @returns `states` if the machine has parallel states, and `tags` if its states have any */
export function activeStates(
  workflow: Workflow,
  { value }: Pick<Session, 'value'>,
): { states?: readonly string[]; tags?: readonly string[] } {
  const known = features.get(workflow) ?? featuresOf(workflow);
  features.set(workflow, known);
  if (!known.isParallel && known.tags.length === 0) return {};
  const leaves = leavesOf(value);
  const isActive = (path: string) => path === '' || leaves.some((leaf) => leaf === path || leaf.startsWith(`${path}.`));
  const tags = new Set(known.tags.flatMap((tagged) => (isActive(tagged.path) ? tagged.tags : [])));
  return { ...(known.isParallel ? { states: leaves } : {}), ...(known.tags.length > 0 ? { tags: [...tags] } : {}) };
}

function featuresOf({ machine }: Workflow): Features {
  const tagged = statesOf(machine).map(({ path, tags }) => ({ path: path.join('.'), tags }));
  return { isParallel: isParallel(machine), tags: tagged.filter(({ tags }) => tags.length > 0) };
}
