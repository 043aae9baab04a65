/**
 * The only file that uses XState's internals: runs a machine's transition without an actor and returns the wanted effects as plain data.
 * XState's public `transition()` creates an actor at each call, which costs more than the transition itself. Here each machine has one
 * inert scope for all calls. A test compares the results with those of the public function.
 */
import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import type { Context, Refusal } from '../../../machines/workflow.ts';
import type { HistoryValue, StateValue } from '../session.ts';
import { longestDelayMs, mostMicrosteps } from './machine-limits.ts';
import { inMachineOrder } from './state-value.ts';
import { storable } from './storable.ts';

/** An event for a machine, with the members of XState's own events: `output`, `error`, `actorId`. */
export type HeardEvent = EventObject;

/** An effect of a transition outside the machine. */
export type Effect =
  | {
      readonly type: 'set-timer';
      /** Null for a `raise` without an id: no `cancel` can name it. */
      readonly id: string | null;
      readonly event: string;
      readonly payload: Readonly<Record<string, unknown>> | null;
      readonly delay: string;
      readonly delayMs: number;
    }
  | { readonly type: 'cancel-timer'; readonly id: string }
  | { readonly type: 'start-task'; readonly id: string; readonly src: string; readonly input: unknown; readonly detached: boolean }
  | { readonly type: 'stop-task'; readonly id: string }
  | { readonly type: 'refuse'; readonly refusal: Refusal };

export interface MachineState {
  readonly value: StateValue;
  readonly historyValue: HistoryValue | null;
  readonly context: Context;
  readonly done: boolean;
  /** The output of a machine that has ended; undefined if it has none. */
  readonly output?: unknown;
}

export interface Transitioned {
  readonly state: MachineState;
  /** False if no transition takes the event in this state. */
  readonly taken: boolean;
  readonly effects: readonly Effect[];
}

/** An action as XState passes it to an executor. */
interface Action {
  readonly type: string;
  readonly params: unknown;
  readonly exec: unknown;
}

type StateNode = AnyStateMachine['root'];

interface Runner {
  readonly scope: AnyActorScope;
  /** The states by their id. */
  readonly nodes: ReadonlyMap<string, StateNode>;
  /** The names of delays, by the type of the timer's event. */
  readonly delays: ReadonlyMap<string, string>;
  /** True if the machine handles the failure of a task, by the id of its invocation. */
  readonly hearsFailure: Map<string, boolean>;
  actions: Action[];
}

const runners = new WeakMap<AnyStateMachine, Runner>();

function runnerOf(machine: AnyStateMachine): Runner {
  const known = runners.get(machine);
  if (known) return known;
  machine.options = { ...machine.options, maxIterations: Math.min(machine.options?.maxIterations ?? mostMicrosteps, mostMicrosteps) };
  const nodes = statesOf(machine);
  const self = createActor(machine);
  const runner: Runner = {
    actions: [],
    hearsFailure: new Map(),
    nodes: new Map(nodes.map((node) => [node.id, node])),
    delays: new Map(nodes.flatMap((node) => node.after.map(({ eventType, delay }) => [eventType, String(delay)]))),
    scope: {
      self,
      system: self.system,
      id: '',
      sessionId: '',
      // The engine never executes actions here, so only a spawned actor could defer its start.
      defer: () => {
        throw new Error('an actor is spawned: use invoke');
      },
      logger: () => {},
      stopChild: () => {},
      emit: () => {},
      actionExecutor: (action) => runner.actions.push(action),
    },
  };
  runners.set(machine, runner);
  return runner;
}

/** The machine's states in document order, the root first. */
export function statesOf({ root }: AnyStateMachine): StateNode[] {
  const below = (node: StateNode): StateNode[] => Object.values(node.states).flatMap((child: StateNode) => [child, ...below(child)]);
  return [root, ...below(root)];
}

function stateOf(machine: AnyStateMachine, { status, error, value, context, historyValue, output }: AnyMachineSnapshot): MachineState {
  if (status === 'error') throw error;
  const state: MachineState = {
    value,
    historyValue: historyValueOf(historyValue),
    context: storable(context, 'context'),
    done: status === 'done',
  };
  const ordered = inMachineOrder(machine, state);
  return output === undefined ? ordered : { ...ordered, output: storable(output, 'output') };
}

function historyValueOf(historyValue: AnyMachineSnapshot['historyValue']): HistoryValue | null {
  const entries = Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id).sort()] as const);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function effectOf(runner: Runner, action: Action): Effect | null {
  // XState types the parameters of its own actions as unknown; these are their shapes.
  const params = (action.params ?? {}) as Record<string, unknown>;
  switch (action.type) {
    case 'xstate.raise': {
      // XState has taken an immediate raise in the same macrostep.
      if (params['delay'] === undefined) return immediate(runner, params);
      return timerOf(runner, params as unknown as RaiseParams);
    }
    case 'xstate.cancel':
      return { type: 'cancel-timer', id: String(params['sendId']) };
    case 'xstate.spawnChild': {
      const { id, src, input, systemId } = params as { id: string; src: unknown; input: unknown; systemId?: string };
      if (typeof src !== 'string' || typeof id !== 'string' || systemId !== undefined) throw new Error('an actor is spawned: use invoke');
      return { type: 'start-task', id, src, input: storable(input, `the input of '${id}'`), detached: false };
    }
    case 'xstate.stopChild':
      return { type: 'stop-task', id: params['id'] as string };
    case 'refuse':
      return { type: 'refuse', refusal: params as unknown as Refusal };
    default:
      // Any other action is a detached task: it runs outside, and the machine does not wait for it.
      if (action.type.startsWith('xstate.')) throw new Error(`the action '${action.type.slice('xstate.'.length)}' does not run here`);
      if (!isEmptyFunction(action.exec)) throw new Error(`the action '${action.type}' has an implementation, which does not run here`);
      return { type: 'start-task', id: action.type, src: action.type, input: storable(params, `'${action.type}'`), detached: true };
  }
}

interface RaiseParams {
  readonly id?: string;
  readonly event: EventObject & Record<string, unknown>;
  readonly delay: unknown;
}

/** @throws Error if the delay of an `after` is undefined: XState would raise its event at once */
function immediate({ delays }: Runner, { id }: Record<string, unknown>): null {
  const delay = delays.get(String(id));
  if (delay !== undefined) throw new Error(`the delay '${delay}' is undefined`);
  return null;
}

function timerOf({ delays }: Runner, { id, event, delay }: RaiseParams): Effect {
  const name = delays.get(event.type) ?? id ?? event.type;
  if (typeof delay !== 'number' || !(delay >= 0 && delay <= longestDelayMs))
    throw new Error(`the delay '${name}' is ${typeof delay === 'number' ? `${delay} ms` : `of the type ${typeof delay}`}`);
  const { type, ...members } = event;
  const payload = Object.keys(members).length === 0 ? null : storable(members, `the event '${type}'`);
  return { type: 'set-timer', id: id ?? null, event: type, payload, delay: name, delayMs: Math.ceil(delay) };
}

/** True for the declaration of a detached task, which has a type and no behaviour: `() => {}`. */
export function isEmptyFunction(implementation: unknown): boolean {
  return implementation === undefined || (typeof implementation === 'function' && /\{\s*\}$/.test(String(implementation)));
}

function effectsOf(runner: Runner): Effect[] {
  const { actions } = runner;
  runner.actions = [];
  const effects: Effect[] = [];
  for (const action of actions) {
    const effect = effectOf(runner, action);
    if (effect) effects.push(effect);
  }
  return effects;
}

/** Enters the machine's initial state. @throws the machine's own errors */
export function initialState(machine: AnyStateMachine, input?: unknown): Transitioned {
  const runner = runnerOf(machine);
  runner.actions = [];
  const snapshot = machine.getInitialSnapshot(runner.scope, input);
  return { state: stateOf(machine, snapshot), taken: true, effects: effectsOf(runner) };
}

/**
 * Takes one event.
 * @param runningTasks the ids of the invocations under way: leaving their state stops them
 * @throws the machine's own errors, and an error for a result that no session can hold
 */
export function transitionState(
  machine: AnyStateMachine,
  from: MachineState,
  runningTasks: readonly string[],
  event: HeardEvent,
): Transitioned {
  const runner = runnerOf(machine);
  runner.actions = [];
  const snapshot = snapshotOf(machine, runner, from);
  // The machine passes these to `stopChild`, which reads their ids only.
  for (const id of runningTasks) snapshot.children[id] = { id } as unknown as (typeof snapshot.children)[string];
  const next: AnyMachineSnapshot = machine.transition(snapshot, event, runner.scope);
  const effects = effectsOf(runner);
  // A transition without a target may return the same snapshot. In this case only `getTransitionData` shows if one was taken.
  const taken = next !== snapshot || effects.length > 0 || machine.getTransitionData(snapshot, event).length > 0;
  return { state: stateOf(machine, next), taken: taken && snapshot.status === 'active', effects };
}

function snapshotOf(machine: AnyStateMachine, { nodes }: Runner, { value, context, historyValue, done }: MachineState): AnyMachineSnapshot {
  const stateNamed = (id: string): StateNode => {
    const node = nodes.get(id);
    if (!node) throw new Error(`the session remembers the state '${id}', which the machine lacks`);
    return node;
  };
  const snapshot: AnyMachineSnapshot = machine.resolveState({
    value: value as AnyMachineSnapshot['value'],
    context,
    status: done ? 'done' : 'active',
    historyValue: Object.fromEntries(Object.entries(historyValue ?? {}).map(([id, states]) => [id, states.map(stateNamed)])),
  });
  // XState asks regions in the order of the active states. Sorting makes the order after a reload the same as before.
  snapshot._nodes.sort((a: StateNode, b: StateNode) => a.order - b.order);
  return snapshot;
}

/** The event that reports the failure of a task to its machine. */
export function failureOf(taskId: string): string {
  return `xstate.error.actor.${taskId}`;
}

/** True if the machine handles the failure of a task in each state that invokes it. */
export function hearsFailure(machine: AnyStateMachine, taskId: string): boolean {
  const { nodes, hearsFailure: answers } = runnerOf(machine);
  const known = answers.get(taskId);
  if (known !== undefined) return known;
  const invoking = [...nodes.values()].filter(({ invoke }) => invoke.some(({ id }) => id === taskId));
  const answer = invoking.length > 0 && invoking.every((node) => hears(node, failureOf(taskId)));
  answers.set(taskId, answer);
  return answer;
}

/** True if the state or an ancestor has a transition for the event, by its name or by a pattern. */
export function hears(node: StateNode, type: string): boolean {
  return [...node.transitions.keys()].some((descriptor) => matches(descriptor, type)) || (node.parent ? hears(node.parent, type) : false);
}

/** @param descriptor the name of an event, `*` for any event, or `order.*` for all events with this prefix */
export function matches(descriptor: string, type: string): boolean {
  if (descriptor === type || descriptor === '*') return true;
  return descriptor.endsWith('.*') && (type === descriptor.slice(0, -2) || type.startsWith(descriptor.slice(0, -1)));
}

/** The length of a named delay in milliseconds, for a session with this context. */
export function delayMs(machine: AnyStateMachine, name: string, context: Context | null = null): number {
  const delay: unknown = machine.implementations.delays[name];
  const ms: unknown = typeof delay === 'function' && context !== null ? delay({ context, event: { type: '' } }, undefined) : delay;
  if (typeof ms !== 'number') throw new Error(`The machine '${machine.id}' has no fixed delay '${name}'`);
  return ms;
}

/** The length of a delay that does not depend on the context, in milliseconds; null for another one. */
export function fixedDelayMs(machine: AnyStateMachine | undefined, name: string): number | null {
  const delay: unknown = machine?.implementations.delays[name];
  return typeof delay === 'number' ? delay : null;
}
