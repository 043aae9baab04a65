/** Combines the modules of a service: puts them in order, and registers everything that they provide by name. */
import type { FigureSet } from '../../machines/figures.ts';
import { serviceFigures } from '../../machines/service-figures.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Configurable } from '../config/config.ts';
import type { Connection } from '../config/settings.ts';
import type { ChannelDefinition } from '../delivery/channel.ts';
import type { Notice } from '../delivery/notice-text.ts';
import { engineTaskNames } from '../engine/engine-tasks.ts';
import { type ProblemKind, requestProblemCodes } from '../http/problems/problem.ts';
import type { Claim } from '../http/sessions/session-results.ts';
import type { Migrations } from '../store/module-migrations.ts';
import { figureFaults } from './figure-check.ts';
import type { Mask, Module } from './module.ts';
import { ModuleError } from './module-error.ts';

export interface Assembly extends Configurable {
  /** The modules in order: each after the modules that it needs. */
  readonly modules: readonly Module[];
  readonly workflows: readonly WorkflowDefinition[];
  /** The folders of the pictures, by workflow; absent for workflows whose module has no pictures. */
  readonly pictures: Readonly<Record<string, URL>>;
  readonly refusals: Readonly<Record<string, ProblemKind>>;
  readonly notices: Readonly<Record<string, Notice>>;
  readonly details: Readonly<Record<string, Mask>>;
  readonly claims: Readonly<Record<string, Claim>>;
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  readonly migrations: Migrations;
  readonly resolverNames: readonly string[];
  readonly taskNames: readonly string[];
  /** True if a module recognises the owners of accounts. */
  readonly hasOwners: boolean;
}

/** @throws ModuleError if two modules provide the same name */
export function assemble(given: readonly Module[]): Assembly {
  const modules = inOrder(given);
  const names = new Names();
  const merged = <Thing>(kind: string, of: (module: Module) => Readonly<Record<string, Thing>> | undefined): Record<string, Thing> => {
    for (const module of modules) names.take(kind, module.name, Object.keys(of(module) ?? {}));
    return Object.assign({}, ...modules.map((module) => of(module) ?? {}));
  };
  const listed = (kind: string, of: (module: Module) => readonly string[]): string[] => {
    for (const module of modules) names.take(kind, module.name, of(module));
    return modules.flatMap((module) => [...of(module)]);
  };
  names.take('task', 'the service', engineTaskNames);
  for (const { name, workflows = [] } of modules) names.take('workflow', name, [...new Set(workflows.map((workflow) => workflow.name))]);
  names.take('refusal', 'the service', requestProblemCodes);
  names.take('figure', 'the service', Object.keys(serviceFigures));
  const assembly: Assembly = {
    modules,
    workflows: modules.flatMap((module) => [...(module.workflows ?? [])]),
    pictures: Object.fromEntries(
      modules.flatMap(({ workflows = [], diagrams }) => (diagrams === undefined ? [] : workflows.map(({ name }) => [name, diagrams]))),
    ),
    figures: { ...serviceFigures, ...merged<FigureSet[string]>('figure', ({ figures }) => figures) },
    order: modules.flatMap((module) => [...(module.order ?? [])]),
    connections: merged<Connection>('connection', ({ connections }) => connections),
    refusals: merged<ProblemKind>('refusal', ({ refusals }) => refusals),
    notices: merged<Notice>('notice', ({ notices }) => notices),
    details: merged<Mask>('detail', ({ details }) => details),
    claims: merged<Claim>('claim', ({ claims }) => claims),
    channels: merged<ChannelDefinition>('channel', ({ channels }) => channels),
    migrations: merged<Migrations[string]>('migration', ({ migrations }) => migrations),
    resolverNames: listed('resolver', ({ resolverNames }) => resolverNames),
    taskNames: listed('task', ({ taskNames }) => taskNames),
    hasOwners: modules.some(({ hasOwners }) => hasOwners),
  };
  listed('provider', ({ providerNames }) => providerNames);
  for (const { name } of assembly.workflows) {
    if (assembly.taskNames.includes(name))
      names.faults.push(`The task '${name}' has the name of a workflow: a machine invokes both by name`);
  }
  const authenticating = modules.filter(({ hasOwners }) => hasOwners).map(({ name }) => name);
  if (authenticating.length > 1) names.faults.push(`The modules ${authenticating.join(' and ')} both recognise owners of accounts`);
  for (const [name, { detail }] of Object.entries(assembly.channels)) {
    if (!Object.hasOwn(assembly.details, detail))
      names.faults.push(`No module brings the detail '${detail}', to which the channel '${name}' sends`);
  }
  names.faults.push(...figureFaults(assembly));
  if (names.faults.length > 0) throw new ModuleError(names.faults);
  return assembly;
}

/** The provider of each name. */
class Names {
  readonly faults: string[] = [];
  readonly #takenBy = new Map<string, string>();

  take(kind: string, module: string, names: readonly string[]): void {
    for (const name of names) {
      const before = this.#takenBy.get(`${kind} ${name}`);
      if (before !== undefined) this.faults.push(`The ${kind} '${name}' is brought by the modules '${before}' and '${module}'`);
      this.#takenBy.set(`${kind} ${name}`, module);
    }
  }
}

/**
 * Each module once, after the modules that it needs. A module that the service lists replaces one of the same name that another module
 * needs.
 */
function inOrder(given: readonly Module[]): Module[] {
  const ordered = new Map<string, Module>();
  const named = new Map<string, Module>();
  for (const module of given) {
    if (named.has(module.name)) throw new ModuleError([`The module '${module.name}' is named twice`]);
    named.set(module.name, module);
  }
  const add = (module: Module, trail: readonly string[]): void => {
    if (ordered.has(module.name)) return;
    if (trail.includes(module.name)) throw new ModuleError([`The modules ${[...trail, module.name].join(' → ')} need each other`]);
    for (const needed of module.needs ?? []) add(named.get(needed.name) ?? needed, [...trail, module.name]);
    ordered.set(module.name, module);
  };
  for (const module of given) add(module, []);
  return [...ordered.values()];
}
