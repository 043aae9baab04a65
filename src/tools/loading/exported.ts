/** The modules and workflows among the exports of a file. */
import type { WorkflowDefinition } from '../../../machines/workflow.ts';
import type { Module, ModuleDefinition } from '../../modules/module.ts';
import type { Exports } from './author-file.ts';

/** The members of a module that a file of workflows can export under their own names. */
const members = ['figures', 'order', 'refusals', 'notices', 'details', 'claims', 'channels', 'resolvers', 'tasks'] as const;

export interface Exported {
  readonly modules: readonly Module[];
  readonly workflows: readonly WorkflowDefinition[];
  /** The words and the behaviour that the workflows of the file use. */
  readonly members: Pick<ModuleDefinition<undefined, undefined>, (typeof members)[number]>;
}

/** Reads single exports and lists of them. A thing that is exported twice, such as by name and as default, counts once. */
export function exportedBy(exports: Exports): Exported {
  const things = Object.values(exports).flatMap((thing): readonly unknown[] => (Array.isArray(thing) ? thing : [thing]));
  const unique = [...new Set(things)];
  const brought = members.filter((name) => typeof exports[name] === 'object' && exports[name] !== null);
  return {
    modules: unique.filter(isModule),
    workflows: unique.filter(isWorkflow),
    members: Object.fromEntries(brought.map((name) => [name, exports[name]])),
  };
}

export function isModule(thing: unknown): thing is Module {
  return typeof thing === 'object' && thing !== null && 'name' in thing && 'configure' in thing && typeof thing.configure === 'function';
}

function isWorkflow(thing: unknown): thing is WorkflowDefinition {
  if (typeof thing !== 'object' || thing === null || !('name' in thing && 'of' in thing)) return false;
  return typeof thing.name === 'string' && typeof thing.of === 'function';
}
