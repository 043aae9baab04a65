/**
 * The start check of machines. It reads and explores each machine, and reports every feature of XState that the engine does not run, before
 * the first session.
 */
import type { AnyStateMachine } from 'xstate';
import { isTask, type Workflow } from '../../../machines/workflow.ts';
import { type Fault, faultLine, WorkflowRefused } from '../machines/fault.ts';
import { longestDelayMs } from '../machines/machine-limits.ts';
import { regionSeparator } from '../machines/state-value.ts';
import { statesOf } from '../machines/xstate-transition.ts';
import { actionFaults } from './machine-actions.ts';
import { explorationFaults } from './machine-exploration.ts';

type StateNode = AnyStateMachine['root'];

/**
 * @param others the workflows that the machine can invoke
 * @returns every fault of the workflow's machine. A machine with a fault in its configuration is not explored
 */
export function checkMachine(workflow: Workflow, others: readonly Workflow[] = []): Fault[] {
  const faults = configurationFaults(workflow);
  return faults.length > 0 ? faults : explorationFaults(workflow, others);
}

/** The faults that show without a step: also those that the figures of a deployment cause. */
function configurationFaults(workflow: Workflow): Fault[] {
  const { machine, name } = workflow;
  const states = statesOf(machine);
  const written = states.flatMap((node) =>
    [...new Set(stateFaults(machine, node))].map((fault) => ({ workflow: name, state: pathOf(node), fault })),
  );
  const whole = [...delayFaults(machine), ...sharedIdFaults(states)].map((fault) => ({ workflow: name, state: '', fault }));
  return [...whole, ...written];
}

/**
 * @param explores true for a workflow whose machine is to be explored too
 * @throws WorkflowRefused, with the first fault in one line
 */
export function assertMachines(workflows: readonly Workflow[], explores: (workflow: Workflow) => boolean = () => true): void {
  const [first, ...more] = workflows.flatMap((workflow) =>
    explores(workflow) ? checkMachine(workflow, workflows) : configurationFaults(workflow),
  );
  if (!first) return;
  throw new WorkflowRefused(`${faultLine(first)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`);
}

function pathOf(node: StateNode): string {
  return node.path.join('.');
}

function stateFaults(machine: AnyStateMachine, node: StateNode): string[] {
  const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return [
    ...nameFaults(node),
    ...initialFaults(node),
    ...historyFaults(machine, node),
    ...afterFaults(machine, node),
    ...invocationFaults(machine, node),
    ...(node.config.route === undefined ? [] : ['it has a route, which does not run here: declare an event for it']),
    ...actionFaults(machine, [...node.entry, ...node.exit, ...transitions.flatMap(({ actions }) => actions)]),
    ...transitions.flatMap(({ guard }) => (guard === undefined ? [] : guardFaults(machine, guard))),
  ];
}

/** Names become parts of a path, so they may not contain its separators. */
function nameFaults({ key, parent }: StateNode): string[] {
  if (!parent) return [];
  const isPlain = key !== '' && !key.startsWith('#') && !['.', regionSeparator, '\u001f', '\0'].some((sign) => key.includes(sign));
  return isPlain ? [] : [`a state can't be named '${key}': a name is not empty, does not begin with # and contains neither . nor |`];
}

function initialFaults(node: StateNode): string[] {
  if (!node.parent && Object.keys(node.states).length === 0) return ['the machine has no states'];
  if (node.type !== 'compound') return [];
  try {
    return actionFaults(node.machine, node.initial.actions);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** XState looks up the default of a history state only on entry, so a wrong default would fail in a session. */
function historyFaults(machine: AnyStateMachine, { type, config, parent }: StateNode): string[] {
  const { target } = config as { target?: unknown };
  if (type !== 'history' || target === undefined || !parent) return [];
  const targets: unknown[] = Array.isArray(target) ? target : [target];
  return targets
    .filter((each) => typeof each === 'string' && !isState(machine, parent, each))
    .map((each) => `its default '${each}' does not exist`);
}

/** @param path as XState reads it: the keys below a state, or below the state with the id after #. A dot within an id is escaped */
function isState(machine: AnyStateMachine, from: StateNode, path: string): boolean {
  const [first = '', ...rest] = path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\', ''));
  let node: StateNode | undefined = first.startsWith('#') ? statesOf(machine).find(({ id }) => id === first.slice(1)) : from.states[first];
  for (const key of rest) node = node?.states[key];
  return node !== undefined;
}

function afterFaults({ implementations }: AnyStateMachine, { config }: StateNode): string[] {
  return Object.keys(config.after ?? {}).flatMap((delay) => {
    const ms = Number(delay);
    if (!Number.isNaN(ms)) return isLength(ms) ? [] : [`the delay ${delay} is not from 0 to ${longestDelayMs} ms`];
    return Object.hasOwn(implementations.delays, delay) ? [] : [`the delay '${delay}' is not declared`];
  });
}

function isLength(ms: unknown): boolean {
  return typeof ms === 'number' && ms >= 0 && ms <= longestDelayMs;
}

function delayFaults({ implementations }: AnyStateMachine): string[] {
  const delays: [string, unknown][] = Object.entries(implementations.delays);
  return delays
    .filter(([, delay]) => typeof delay !== 'function' && !isLength(delay))
    .map(([name, delay]) => `the delay '${name}' is ${String(delay)}, and not from 0 to ${longestDelayMs} ms`);
}

function invocationFaults({ implementations }: AnyStateMachine, { config, invoke }: StateNode): string[] {
  const written: readonly { readonly src?: unknown; readonly systemId?: unknown; readonly onSnapshot?: unknown }[] = [
    config.invoke ?? [],
  ].flat();
  return written.flatMap(({ src, systemId, onSnapshot }, index) => {
    const name = typeof src === 'string' ? src : invoke[index]?.id;
    const faults: string[] = [];
    if (typeof src !== 'string')
      faults.push(`it invokes an inline actor ('${name}'): declare it in setup with task(), and invoke it by name`);
    else if (!isTask(implementations.actors[src]))
      faults.push(
        `it invokes '${name}', which is ${src in implementations.actors ? 'an actor that runs in memory' : 'not declared'}: declare it with task()`,
      );
    if (systemId !== undefined) faults.push(`the invocation of '${name}' has a systemId, which means nothing here`);
    if (onSnapshot !== undefined) faults.push(`the invocation of '${name}' has onSnapshot: a task has no snapshots`);
    return faults;
  });
}

/** XState and the session identify an invocation by its id: of two at the same time, one would be lost. */
function sharedIdFaults(states: readonly StateNode[]): string[] {
  const invocations = states.flatMap((node) => node.invoke.map(({ id }) => ({ id, node })));
  return invocations.flatMap(({ id, node }, index) => {
    const other = invocations.slice(0, index).find((each) => each.id === id && canBeActiveTogether(each.node, node));
    return other ? [`two invocations have the id '${id}' and may run together: in '${pathOf(other.node)}' and '${pathOf(node)}'`] : [];
  });
}

function canBeActiveTogether(a: StateNode, b: StateNode): boolean {
  const [outer, inner] = [lineOf(a), lineOf(b)];
  const shared = outer.filter((node) => inner.includes(node)).at(-1);
  return shared === a || shared === b || shared?.type === 'parallel';
}

/** The states from the root to the state. */
function lineOf(node: StateNode): StateNode[] {
  return [...(node.parent ? lineOf(node.parent) : []), node];
}

interface MarkedGuard {
  readonly type?: string;
  readonly guards?: readonly unknown[];
  readonly stateValue?: unknown;
}

function guardFaults(machine: AnyStateMachine, guard: unknown): string[] {
  const { type, guards, stateValue } = typeof guard === 'string' ? { type: guard } : ((guard ?? {}) as MarkedGuard);
  if (guards !== undefined) return guards.flatMap((part) => guardFaults(machine, part));
  if (stateValue !== undefined) return missingStates(machine, machine.root, stateValue);
  if (typeof guard === 'function') return [];
  const implementation: unknown = machine.implementations.guards[type ?? ''];
  if (implementation === undefined) return [`the guard '${type}' is not declared`];
  return typeof implementation === 'function' && ('guards' in implementation || 'stateValue' in implementation)
    ? guardFaults(machine, implementation)
    : [];
}

/** The `stateIn` guards that name no state: they would never be true. */
function missingStates(machine: AnyStateMachine, from: StateNode, value: unknown): string[] {
  if (typeof value === 'string')
    return isState(machine, from, value) ? [] : [`a guard asks for the state '${value}', which does not exist`];
  return Object.entries(value ?? {}).flatMap(([key, below]) => {
    const node: StateNode | undefined = from.states[key];
    return node ? missingStates(machine, node, below) : [`a guard asks for the state '${key}', which does not exist`];
  });
}
