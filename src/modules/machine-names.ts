/** The names that a machine uses and modules provide: tasks, refusals, notices, delays and guards, with the states that use them. */
import type { AnyStateMachine } from 'xstate';

/**
 * A task that sends a message names the notice, the personal detail with the address or the party, and perhaps the channel. A task that
 * invites names the party. `dynamic` marks parameters that the machine computes.
 */
export type MachineName =
  | {
      readonly kind: 'task';
      readonly state: string;
      readonly name: string;
      readonly notice?: string;
      readonly to?: string;
      /** The machine invokes the task. Absent for an action. */
      readonly invoked?: true;
      readonly channel?: string;
      readonly party?: string;
      readonly dynamic?: true;
    }
  | { readonly kind: 'refusal'; readonly state: string; readonly name: string; readonly until?: string }
  | { readonly kind: 'delay' | 'guard'; readonly state: string; readonly name: string };

type StateNode = AnyStateMachine['root'];

/** An action in the machine's configuration. */
interface NamedAction {
  readonly type: string;
  readonly params?: unknown;
}

const known = new WeakMap<AnyStateMachine, readonly MachineName[]>();

/** Each machine is read once: every check of its names asks for them. */
export function namesInMachine(machine: AnyStateMachine): readonly MachineName[] {
  const names = known.get(machine) ?? readNames(machine);
  known.set(machine, names);
  return names;
}

/** The events that the machine raises for itself. */
export function raisedIn(machine: AnyStateMachine): { readonly name: string }[] {
  return nodesOf(machine.root).flatMap((node) => actionsOf(node).flatMap((action) => raised(action)));
}

function readNames(machine: AnyStateMachine): MachineName[] {
  return nodesOf(machine.root).flatMap((node) => [
    ...actionsOf(node).flatMap((action) => named(machine, node, action)),
    ...node.invoke.map(({ src }): MachineName => ({ kind: 'task', state: pathOf(node), name: String(src), invoked: true })),
    ...transitionsOf(node).flatMap(({ guard }) => guardsOf(node, guard)),
    ...Object.keys(node.config.after ?? {}).flatMap((delay): MachineName[] =>
      /^\d+$/.test(delay) ? [] : [{ kind: 'delay', state: pathOf(node), name: delay }],
    ),
  ]);
}

function nodesOf(node: StateNode): StateNode[] {
  return [node, ...Object.values(node.states).flatMap((state: StateNode) => nodesOf(state))];
}

function pathOf(node: StateNode): string {
  return node.path.join('.');
}

function transitionsOf(node: StateNode): { readonly actions: readonly unknown[]; readonly guard?: unknown }[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? []), ...(node.initial === undefined ? [] : [node.initial])];
}

function actionsOf(node: StateNode): unknown[] {
  return [...node.entry, ...node.exit, ...transitionsOf(node).flatMap(({ actions }) => [...actions])];
}

function named(machine: AnyStateMachine, node: StateNode, action: unknown): MachineName[] {
  const state = pathOf(node);
  const { type, params } = typeof action === 'string' ? { type: action, params: undefined } : (action as Partial<NamedAction>);
  if (typeof type !== 'string' || type.startsWith('xstate.')) return [];
  const fields = (typeof params === 'object' && params !== null ? params : {}) as Readonly<Record<string, unknown>>;
  if (type === 'refuse') {
    const { code, until } = fields;
    return [{ kind: 'refusal', state, name: String(code), ...(until === undefined ? {} : { until: String(until) }) }];
  }
  // An XState action (assign, raise …) that the machine has named.
  if (isXStates(machine.implementations.actions[type])) return [];
  const { notice, to, party, channel } = fields;
  const invited = typeof params === 'function' ? { dynamic: true as const } : typeof party === 'string' ? { party } : {};
  if (typeof notice !== 'string') return [{ kind: 'task', state, name: type, ...invited }];
  const recipient = typeof to === 'string' ? { to } : {};
  return [{ kind: 'task', state, name: type, notice, ...recipient, ...(typeof channel === 'string' ? { channel } : {}) }];
}

/** True for actions such as `assign`: functions that XState resolves. */
function isXStates(implementation: unknown): boolean {
  return typeof implementation === 'function' && 'resolve' in implementation;
}

function raised(action: unknown): { readonly name: string }[] {
  const { type, event } = (typeof action === 'object' || typeof action === 'function' ? action : {}) as {
    readonly type?: unknown;
    readonly event?: { readonly type?: unknown } | undefined;
  };
  return type === 'xstate.raise' && typeof event?.type === 'string' ? [{ name: event.type }] : [];
}

function guardsOf(node: StateNode, guard: unknown): MachineName[] {
  if (typeof guard === 'string') return [{ kind: 'guard', state: pathOf(node), name: guard }];
  if (typeof guard === 'function') {
    const { guards = [] } = guard as { readonly guards?: readonly unknown[] };
    return guards.flatMap((inner) => guardsOf(node, inner));
  }
  const { type } = (guard ?? {}) as { readonly type?: unknown };
  return typeof type === 'string' ? [{ kind: 'guard', state: pathOf(node), name: type }] : [];
}
