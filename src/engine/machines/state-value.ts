/**
 * The path of a state, and the order of the active states. jsonb does not preserve the order of members, and XState lists the regions of a
 * parallel state in the order of their last entries. The engine always lists them in the machine's order.
 */
import type { AnyStateMachine } from 'xstate';
import type { HistoryValue, StateValue } from '../../../machines/workflow.ts';

type StateNode = AnyStateMachine['root'];

/** Separates the regions of a parallel state in a path. The start check refuses it in the name of a state. */
export const regionSeparator = '|';

/**
 * The path of a state: `codeActive.cooldown`. In a parallel state, the paths of all active leaf states:
 * `order.payment.charged|order.parcel.packed`.
 * @param value in the machine's order
 */
export function statePath(value: StateValue): string {
  let prefix = '';
  let below = value;
  // One active state inside the other: nearly every state of nearly every session.
  while (typeof below === 'object') {
    const [only, second] = Object.keys(below);
    const next = only === undefined || second !== undefined ? undefined : below[only];
    if (next === undefined) return leavesOf(value).join(regionSeparator);
    prefix += `${only}.`;
    below = next;
  }
  return prefix + below;
}

/** The paths of the active leaf states. */
export function leavesOf(value: StateValue, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  return Object.entries(value).flatMap(([key, below]) =>
    below === undefined || (typeof below === 'object' && Object.keys(below).length === 0)
      ? [prefix + key]
      : leavesOf(below, `${prefix}${key}.`),
  );
}

interface Placed {
  readonly value: StateValue;
  readonly historyValue: HistoryValue | null;
}

/** @returns the same object if it is in the machine's order, else an ordered copy */
export function inMachineOrder<T extends Placed>(machine: AnyStateMachine, placed: T): T {
  const value = orderedValue(machine.root, placed.value);
  const historyValue = placed.historyValue && orderedHistory(placed.historyValue);
  return value === placed.value && historyValue === placed.historyValue ? placed : { ...placed, value, historyValue };
}

function orderedValue(node: StateNode, value: StateValue): StateValue {
  if (typeof value === 'string') return value;
  const given = Object.keys(value);
  const [only, ...others] = given;
  if (only !== undefined && others.length === 0) return orderedBelow(node, only, value);
  const keys = Object.keys(node.states).filter((key) => Object.hasOwn(value, key));
  // A stored state that the machine lacks stays unchanged: the next step reports it.
  if (keys.length !== given.length) return value;
  let isOrdered = true;
  const ordered: Record<string, StateValue | undefined> = {};
  for (const [index, key] of keys.entries()) {
    const below = value[key];
    const child = node.states[key];
    ordered[key] = below === undefined || child === undefined ? below : orderedValue(child, below);
    isOrdered &&= given[index] === key && ordered[key] === below;
  }
  return isOrdered ? value : ordered;
}

/** A compound state has exactly one active child state. */
function orderedBelow(node: StateNode, key: string, value: Exclude<StateValue, string>): StateValue {
  const below = value[key];
  const child = node.states[key];
  if (below === undefined || child === undefined) return value;
  const ordered = orderedValue(child, below);
  return ordered === below ? value : { [key]: ordered };
}

function orderedHistory(historyValue: HistoryValue): HistoryValue {
  const given = Object.keys(historyValue);
  const sorted = [...given].sort();
  if (sorted.every((key, index) => key === given[index])) return historyValue;
  return Object.fromEntries(sorted.map((key) => [key, historyValue[key] ?? []]));
}
