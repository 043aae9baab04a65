/** Finds the built-in modules that workflows without a module of their own need, by the names that their machines use. */
import { valuesOf } from '../../../machines/figures.ts';
import { isInvited, sendersOf } from '../../../machines/parties.ts';
import type { Workflow, WorkflowDefinition } from '../../../machines/workflow.ts';
import { assemble } from '../../modules/assembly.ts';
import { builtInModules } from '../../modules/built-in.ts';
import { namesInMachine } from '../../modules/machine-names.ts';
import type { Module } from '../../modules/module.ts';

/** The names of the built-in modules. */
export function builtInNames(): readonly string[] {
  return assemble(builtInModules()).modules.map(({ name }) => name);
}

/** The names of the built-in workflows. */
export function builtInWorkflows(): readonly string[] {
  return assemble(builtInModules()).workflows.map(({ name }) => name);
}

/**
 * Adds the built-in modules that a module of an author uses without naming them in `needs`: those that bring a task, a resolver, a refusal, a
 * notice, a claim, a child or the owners that its workflows name, and that no module brings yet.
 */
export function withNeeds(module: Module): Module {
  const { modules, figures } = assemble(builtInModules());
  const { workflows = [], needs = [] } = module;
  const known = new Set(everyNameOf(module));
  const made = workflows.flatMap((definition) => makes(definition, valuesOf({ ...figures, ...module.figures }, 'default')));
  const missing = new Set(made.flatMap(namesIn).filter((name) => !known.has(name)));
  const needed = modules.filter((builtIn) => namesOf(builtIn).some((name) => missing.has(name)));
  return needed.length === 0 ? module : { ...module, needs: [...needs, ...needed] };
}

/** The names that a module brings with those that it needs. */
function everyNameOf(module: Module): string[] {
  return [...namesOf(module), ...(module.needs ?? []).flatMap(everyNameOf)];
}

/** A definition that fails is reported at the start, with its reason. */
function makes(definition: WorkflowDefinition, figures: ReturnType<typeof valuesOf>): Workflow[] {
  try {
    return [definition.of(figures)];
  } catch {
    return [];
  }
}

const owners = 'owners of accounts';

function namesOf({ workflows = [], taskNames, resolverNames, refusals = {}, notices = {}, claims = {}, hasOwners }: Module): string[] {
  return [
    ...named(
      'workflow',
      workflows.map(({ name }) => name),
    ),
    ...named('task', taskNames),
    ...named('resolver', resolverNames),
    ...named('refusal', Object.keys(refusals)),
    ...named('notice', Object.keys(notices)),
    ...named('claim', Object.keys(claims)),
    ...(hasOwners ? [owners] : []),
  ];
}

function namesIn({ machine, start, events, parties = {}, children = {}, success }: Workflow): string[] {
  const inMachine = namesInMachine(machine);
  const resolvers = [start.resolver, ...Object.values(events).map(({ resolver }) => resolver)];
  const everyParty = Object.values(parties);
  const isOwners =
    start.by === 'owner' ||
    everyParty.some((party) => !isInvited(party)) ||
    Object.values(events).some((event) => sendersOf(event).includes('owner'));
  return [
    ...inMachine.map(({ kind, name }) => `${kind} ${name}`),
    ...inMachine.flatMap((found) => ('notice' in found && found.notice !== undefined ? [`notice ${found.notice}`] : [])),
    ...named(
      'notice',
      everyParty.filter(isInvited).map(({ invited }) => invited.notice),
    ),
    ...named(
      'resolver',
      resolvers.filter((resolver) => typeof resolver === 'string'),
    ),
    ...named('workflow', Object.keys(children)),
    ...named('claim', success?.claims ?? []),
    ...(isOwners ? [owners] : []),
  ];
}

function named(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind} ${name}`);
}
