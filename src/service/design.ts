/** The design of a service: its modules with their settings, checked before anything is opened. */
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Figures } from '../../machines/figures.ts';
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import { type BackendSettings, type BackendUse, backendConnections, backendSettings } from '../config/backends.ts';
import { type Config, checkConnections, type Environment, readConfig, settingsReader } from '../config/config.ts';
import { providersOf } from '../config/providers.ts';
import { assertMachines } from '../engine/checks/machine-check.ts';
import { madeOnce, Workflows } from '../engine/machines/workflows.ts';
import { partiesOf } from '../engine/sessions/access.ts';
import { type Handlers, ownTasksOf } from '../engine/tasks/handlers.ts';
import { type Assembly, assemble } from '../modules/assembly.ts';
import { isBuiltIn } from '../modules/built-in.ts';
import { checkFigures } from '../modules/figure-check.ts';
import type { ConfiguredProvider } from '../modules/host.ts';
import { checkProviders } from '../modules/implementation-check.ts';
import { checkMessageProviders } from '../modules/message-channels.ts';
import type { ConfiguredModule, Module } from '../modules/module.ts';
import { checkWorkflows } from '../modules/workflow-check.ts';
import { openLog } from './log.ts';

export interface ServiceOptions {
  /** The modules of the service. The modules that they need are added. */
  readonly modules: readonly Module[];
  /** The settings by name, as in `process.env`. */
  readonly config: Environment;
  /** Reads a file that a setting names; from the disk by default. */
  readonly readFile?: (path: string) => string;
  /**
   * Replaces handlers of tasks, for tests. Gets all handlers by name; a task that brings its own work has the name
   * `workflow@version/task`.
   */
  readonly tasks?: ReplaceTasks;
}

type ReplaceTasks = (handlers: Handlers, workflows: readonly Workflow[]) => Handlers;

export interface Design {
  readonly assembly: Assembly;
  readonly config: Config;
  readonly modules: readonly (ConfiguredModule & { readonly name: string })[];
  readonly workflows: Workflows;
  /** By the name of the setting with its address, each backend that does tasks; null for one without address. */
  readonly backends: Readonly<Record<string, BackendSettings | null>>;
  readonly providers: Readonly<Record<string, ConfiguredProvider>>;
  /** By channel, the names of the providers in the order of trial. */
  readonly providersOf: Readonly<Record<string, readonly string[]>>;
  readonly log: Logger;
  /** Null outside tests. */
  readonly replaceTasks: ReplaceTasks | null;
}

/** The modules and settings of a service, before its workflows are checked. */
export type Settled = Omit<Design, 'workflows' | 'log' | 'replaceTasks'>;

/** @throws ModuleError for modules that do not fit together, ConfigError for invalid settings */
export function settle({ modules, config: environment, readFile = readText }: ServiceOptions): Settled {
  const assembly = assemble(modules);
  const reader = settingsReader(environment, readFile);
  const config = readConfig(reader, assembly);
  const uses = backendUses(assembly.workflows, config.figures);
  checkConnections(reader, { ...assembly.connections, ...backendConnections(uses) });
  const configured = assembly.modules.map((module) => ({ name: module.name, ...module.configure(reader) }));
  const providers = Object.fromEntries(configured.flatMap((module) => Object.entries(module.providers)));
  checkProviders(providers, assembly);
  return {
    assembly,
    config,
    modules: configured,
    backends: backendSettings(reader, uses),
    providers,
    providersOf: providersOf(reader.value, Object.keys(assembly.channels), providers),
  };
}

/** The tasks that backends do. A definition that fails has none here: a later check of the start reports it. */
function backendUses(definitions: readonly WorkflowDefinition[], figures: Figures): BackendUse[] {
  return definitions.flatMap((definition) => {
    try {
      const tasks = ownTasksOf([madeOnce(definition, figures)]);
      return tasks.flatMap(({ src: task, own }) => (own.kind === 'backend' ? [{ workflow: definition.name, task, own }] : []));
    } catch {
      return [];
    }
  });
}

/** @throws ModuleError for modules that do not fit together, ConfigError for invalid settings, WorkflowRefused */
export function designOf(options: ServiceOptions): Design {
  const settled = settle(options);
  const { assembly, config } = settled;
  const workflows = workflowsOf(assembly, config.figures);
  // In the sandbox, the inbox takes the messages of every channel.
  if (!config.sandbox) checkMessageProviders(workflows, assembly.channels, settled.providersOf);
  checkMachines(workflows, assembly.workflows, config.figures);
  const log = openLog(config.logLevel);
  const isClosed = config.clientKeys.length === 0 && !config.sandbox;
  for (const { name } of workflows.latest().filter((workflow) => isClosed && partiesOf(workflow).has('client')))
    log.warn({ workflow: name }, 'a client sends events of the workflow, and CLIENT_KEYS is not set: no request can send them');
  return { ...settled, workflows, log, replaceTasks: options.tasks ?? null };
}

/** @throws ModuleError for workflows that do not fit the modules or the figures, WorkflowRefused for a version that is registered twice */
export function workflowsOf(assembly: Assembly, figures: Figures): Workflows {
  checkFigures(assembly.workflows, figures);
  const workflows = new Workflows(assembly.workflows, figures);
  checkWorkflows(workflows, assembly);
  return workflows;
}

/** Definitions whose machines have passed the check, by the figures that they were made with. */
const passed = new Map<string, Set<WorkflowDefinition>>();

/**
 * Checks the machines once in a process: a second service with the same workflows and figures has the same machines. The machines of this
 * package are not explored, because its tests explore them.
 * @throws WorkflowRefused
 */
function checkMachines(workflows: Workflows, definitions: readonly WorkflowDefinition[], figures: Figures): void {
  const key = JSON.stringify(figures);
  const before = passed.get(key);
  if (before && definitions.every((definition) => before.has(definition))) return;
  const tested = new Set(definitions.filter(isBuiltIn).map((definition) => madeOnce(definition, figures)));
  assertMachines(workflows.all(), (workflow) => !tested.has(workflow));
  passed.set(key, new Set(definitions));
}

function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
