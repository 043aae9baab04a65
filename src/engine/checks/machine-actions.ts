/** The actions of XState that a machine may use, read from its configuration. */
import type { AnyStateMachine } from 'xstate';
import { longestDelayMs } from '../machines/machine-limits.ts';
import { isEmptyFunction } from '../machines/xstate-transition.ts';

/** XState's own actions that a step can run: they change the machine's state or its timers, and nothing outside. */
const runs = new Set(['xstate.assign', 'xstate.raise', 'xstate.cancel', 'xstate.enqueueActions']);

/** For each action that does not run: the reason, and the replacement. */
const refused: Readonly<Record<string, string>> = {
  'xstate.emit': 'it emits an event, and nothing listens to a stored session: use an action that is a task',
  'xstate.log': 'it logs: every step is logged already; use an action that is a task for more',
  'xstate.sendTo': 'it sends an event to an actor (sendTo, sendParent, forwardTo): use invoke with onDone, or raise',
  'xstate.spawnChild': 'it spawns an actor, which would end with the process: use invoke',
  'xstate.stopChild': 'it stops an actor: leave the state that invokes it',
};

interface MarkedAction {
  readonly type?: string;
  readonly delay?: unknown;
  readonly event?: unknown;
}

/** @returns a sentence for each action that the engine does not run */
export function actionFaults(machine: AnyStateMachine, actions: readonly unknown[]): string[] {
  return actions.flatMap((action) => {
    if (typeof action === 'function') return isBuiltIn(action) ? builtInFaults(machine, action) : [inlineFault(action.name)];
    const { type: name = '' } = typeof action === 'string' ? { type: action } : ((action ?? {}) as MarkedAction);
    return namedFaults(machine, name);
  });
}

function inlineFault(name: string): string {
  return `it has an inline action${name === '' ? '' : ` (${name})`}, which would run outside the commit: name it, and let a task of that name do the work`;
}

function namedFaults(machine: AnyStateMachine, name: string): string[] {
  if (name.startsWith('xstate.')) return [`an action can't be named '${name}': XState uses such names`];
  const implementation: unknown = machine.implementations.actions[name];
  if (isBuiltIn(implementation)) return builtInFaults(machine, implementation);
  if (isEmptyFunction(implementation)) return [];
  return [
    `the action '${name}' has an implementation, which would run outside the commit: declare it as () => {}, and let a task of that name do the work`,
  ];
}

type BuiltIn = ((...given: never[]) => unknown) & MarkedAction;

function isBuiltIn(action: unknown): action is BuiltIn {
  return typeof action === 'function' && 'resolve' in action;
}

function builtInFaults({ implementations }: AnyStateMachine, { type = '', delay, event }: BuiltIn): string[] {
  if (!runs.has(type)) return [refused[type] ?? `the action '${type}' does not run here`];
  if (type !== 'xstate.raise') return [];
  if (typeof event === 'string') return [`it raises '${event}' as a text: raise an event with a type`];
  if (typeof delay === 'string' && !Object.hasOwn(implementations.delays, delay)) return [`the delay '${delay}' is not declared`];
  return typeof delay === 'number' && !(delay >= 0 && delay <= longestDelayMs)
    ? [`it raises after ${delay} ms, not from 0 to ${longestDelayMs}`]
    : [];
}
