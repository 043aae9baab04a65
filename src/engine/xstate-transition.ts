/**
 * The one file that meets XState's inside: runs a machine's transition without an actor and returns
 * what it wants done as plain data.
 *
 * XState's public `transition()` builds a throwaway actor at each call, which costs more than the
 * transition itself; here one inert scope per machine is used again and again. A test holds the
 * result to that of the public function.
 */
import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import type { Context, MachineEvent, Refusal } from '../../machines/workflow.ts';
import type { StateValue } from './session.ts';

/** What a transition wants done outside the machine. */
export type Effect =
  | { readonly type: 'set-timer'; readonly id: string; readonly event: string; readonly delay: string; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly id: string }
  | { readonly type: 'start-task'; readonly id: string; readonly src: string; readonly input: unknown; readonly detached: boolean }
  | { readonly type: 'stop-task'; readonly id: string }
  | { readonly type: 'refuse'; readonly refusal: Refusal };

export interface MachineState {
  readonly value: StateValue;
  readonly context: Context;
  readonly done: boolean;
}

export interface Transitioned {
  readonly state: MachineState;
  /** False when no transition takes the event in this state. */
  readonly taken: boolean;
  readonly effects: readonly Effect[];
}

/** An action as XState hands it to an executor. */
interface Action {
  readonly type: string;
  readonly params: unknown;
}

interface Runner {
  readonly scope: AnyActorScope;
  actions: Action[];
}

const afterPrefix = 'xstate.after.';
const runners = new WeakMap<AnyStateMachine, Runner>();

function runnerOf(machine: AnyStateMachine): Runner {
  const known = runners.get(machine);
  if (known) return known;
  const self = createActor(machine);
  const runner: Runner = {
    actions: [],
    scope: {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      defer: () => {},
      logger: () => {},
      stopChild: () => {},
      emit: () => {},
      actionExecutor: (action) => runner.actions.push(action),
    },
  };
  runners.set(machine, runner);
  return runner;
}

function stateOf(snapshot: AnyMachineSnapshot): MachineState {
  if (snapshot.status === 'error') throw snapshot.error;
  return { value: snapshot.value, context: snapshot.context, done: snapshot.status === 'done' };
}

function effectOf(action: Action): Effect | null {
  // XState types the parameters of its own actions as unknown; these are their shapes.
  const params = (action.params ?? {}) as Record<string, unknown>;
  switch (action.type) {
    case 'xstate.raise': {
      // An immediate raise was already taken in the same macrostep.
      if (params['delay'] === undefined) return null;
      const { id, event, delay } = params as { id: string; event: EventObject; delay: number };
      return { type: 'set-timer', id, event: event.type, delay: delayName(id), delayMs: delay };
    }
    case 'xstate.cancel':
      return { type: 'cancel-timer', id: params['sendId'] as string };
    case 'xstate.spawnChild': {
      const { id, src, input } = params as { id: string; src: string; input: unknown };
      return { type: 'start-task', id, src, input, detached: false };
    }
    case 'xstate.stopChild':
      return { type: 'stop-task', id: params['id'] as string };
    case 'refuse':
      return { type: 'refuse', refusal: params as unknown as Refusal };
    default:
      // Whatever else a machine wants done is done outside, and the machine does not wait for it.
      if (action.type.startsWith('xstate.')) throw new Error(`The machine asks for '${action.type}', which the engine does not know`);
      return { type: 'start-task', id: action.type, src: action.type, input: params, detached: true };
  }
}

/** `xstate.after.codeLifetime.email-verification.codeActive` was set with the delay `codeLifetime`. */
function delayName(timerId: string): string {
  const name = timerId.startsWith(afterPrefix) ? timerId.slice(afterPrefix.length).split('.')[0] : undefined;
  if (name === undefined) throw new Error(`The timer '${timerId}' was not set by a named delay`);
  return name;
}

function effectsOf(runner: Runner): Effect[] {
  const { actions } = runner;
  runner.actions = [];
  const effects: Effect[] = [];
  for (const action of actions) {
    const effect = effectOf(action);
    if (effect) effects.push(effect);
  }
  return effects;
}

/** Enters the machine's initial state. */
export function initialState(machine: AnyStateMachine): Transitioned {
  const runner = runnerOf(machine);
  runner.actions = [];
  const snapshot = machine.getInitialSnapshot(runner.scope);
  return { state: stateOf(snapshot), taken: true, effects: effectsOf(runner) };
}

/**
 * Takes one event.
 * @param runningTasks ids of the invocations under way: leaving their state stops them
 */
export function transitionState(
  machine: AnyStateMachine,
  from: MachineState,
  runningTasks: readonly string[],
  event: MachineEvent,
): Transitioned {
  const runner = runnerOf(machine);
  runner.actions = [];
  const snapshot: AnyMachineSnapshot = machine.resolveState({
    value: from.value as AnyMachineSnapshot['value'],
    context: from.context,
    status: from.done ? 'done' : 'active',
  });
  // The machine only passes these on to `stopChild`; the id is all that is read of them.
  for (const id of runningTasks) snapshot.children[id] = { id } as unknown as (typeof snapshot.children)[string];
  const next: AnyMachineSnapshot = machine.transition(snapshot, event, runner.scope);
  const effects = effectsOf(runner);
  // A transition without a target may return the same snapshot: then only the machine knows whether it took one.
  const taken = next !== snapshot || effects.length > 0 || machine.getTransitionData(snapshot, event).length > 0;
  return { state: stateOf(next), taken: taken && snapshot.status === 'active', effects };
}

/** The event that a machine hears when a task of its own has failed. */
export function failureOf(taskId: string): string {
  return `xstate.error.actor.${taskId}`;
}

/** Whether any state of the machine has an answer to the failure of a task. */
export function hearsFailure(machine: AnyStateMachine, taskId: string): boolean {
  return machine.events.includes(failureOf(taskId));
}

/** The length of a named delay in milliseconds. */
export function delayMs(machine: AnyStateMachine, name: string): number {
  const delay: unknown = machine.implementations.delays[name];
  if (typeof delay !== 'number') throw new Error(`The machine '${machine.id}' has no fixed delay '${name}'`);
  return delay;
}
