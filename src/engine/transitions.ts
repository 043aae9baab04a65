/**
 * What a machine makes of its events, remembered: machines are pure and come into few states, so that each transition is worked
 * out once and not once per session.
 */
import type { AnyStateMachine } from 'xstate';
import type { MachineEvent } from '../../machines/workflow.ts';
import { initialState, type MachineState, type Transitioned, transitionState } from './xstate-transition.ts';

/** Contexts are small and bounded, so that a workflow stays far below; if one did not, memory would matter more than time. */
const mostTransitions = 10_000;

interface Remembered {
  initial: Transitioned | null;
  readonly transitions: Map<string, Transitioned>;
}

const machines = new WeakMap<AnyStateMachine, Remembered>();

function rememberedOf(machine: AnyStateMachine): Remembered {
  const known = machines.get(machine);
  if (known) return known;
  const fresh: Remembered = { initial: null, transitions: new Map() };
  machines.set(machine, fresh);
  return fresh;
}

/** Enters the machine's initial state. */
export function entering(machine: AnyStateMachine): Transitioned {
  const remembered = rememberedOf(machine);
  remembered.initial ??= frozen(initialState(machine));
  return remembered.initial;
}

/**
 * Takes one event.
 * @param runningTasks ids of the invocations under way: leaving their state stops them
 */
export function taking(machine: AnyStateMachine, from: MachineState, runningTasks: readonly string[], event: MachineEvent): Transitioned {
  const { transitions } = rememberedOf(machine);
  const question = JSON.stringify([from.value, from.context, from.done, runningTasks, event]);
  const known = transitions.get(question);
  if (known) return known;
  if (transitions.size >= mostTransitions) transitions.clear();
  const answer = frozen(transitionState(machine, from, runningTasks, event));
  transitions.set(question, answer);
  return answer;
}

/** Many sessions share an answer: none may change it for the others. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  Object.values(value).forEach(frozen);
  return value;
}
