/**
 * Which transition of a state and the states around it answers an event, as XState selects it: the states are asked from the inside
 * out, and the first transition whose guard agrees is taken. A guard may say either, so a transition is hidden only where one without
 * a guard always comes before it. An event that only opens a session is heard in the states that are entered first.
 */
import type { StateModel, TransitionModel } from './model.ts';

/** A transition as the machine has it, before it is compared with the others. */
export type HeardTransition = Omit<TransitionModel, 'hiddenIn'>;

/** The states of a machine and their transitions, in document order. */
export interface Heard {
  readonly root: StateModel;
  readonly states: readonly StateModel[];
  readonly transitions: readonly HeardTransition[];
  /** The types of events that come at the start of a session and never after it. */
  readonly openings: ReadonlySet<string>;
}

/**
 * The states, the source included, in which another transition always answers before this one. A state stands for those within it.
 * @returns paths in document order
 */
export function hiddenIn(heard: Heard, transition: HeardTransition): string[] {
  const { source } = transition;
  const within = (parent: string): string[] => {
    const children = heard.states.filter((state) => state.parent === parent);
    return children.flatMap(({ path }) => (answersIn(heard, transition, path) ? within(path) : [path]));
  };
  return answersIn(heard, transition, source) ? within(source) : [source];
}

/** Whether the transition may be taken while the machine is in a state that is its source or lies within it. */
function answersIn(heard: Heard, transition: HeardTransition, path: string): boolean {
  const { source, type } = transition;
  if (heard.openings.has(type) && !entered(heard, '').includes(path)) return false;
  const own = candidates(heard, source, type);
  if (own.slice(0, own.indexOf(transition)).some(isUnconditional)) return false;
  // Transitions without an event are taken one after another, so none stands before another state's.
  if (type === '') return true;
  let inside = path;
  if (!passesInside(heard, inside, type)) return false;
  while (inside !== source) {
    if (candidates(heard, inside, type).some(isUnconditional)) return false;
    const parent = parentOf(heard, inside);
    const regions = stateAt(heard, parent)?.type === 'parallel' ? childrenOf(heard, parent).filter((child) => child !== inside) : [];
    if (!regions.every((region) => passes(heard, region, type))) return false;
    inside = parent;
  }
  return true;
}

/** Whether an event may get past a state and those within it, to the states around it. */
function passes(heard: Heard, path: string, type: string): boolean {
  return passesInside(heard, path, type) && !candidates(heard, path, type).some(isUnconditional);
}

/** Whether an event may get past the states within a state. One of a compound state is active, and all of a parallel one. */
function passesInside(heard: Heard, path: string, type: string): boolean {
  const children = childrenOf(heard, path);
  const past = (child: string): boolean => passes(heard, child, type);
  return children.length === 0 || (stateAt(heard, path)?.type === 'parallel' ? children.every(past) : children.some(past));
}

/** A state's own transitions for an event, in the order in which XState asks them: its exact name, then the longest pattern. */
function candidates({ transitions }: Heard, source: string, type: string): HeardTransition[] {
  const patterns = transitions.filter((each) => each.source === source && each.type !== type && matches(each.type, type));
  return [
    ...transitions.filter((each) => each.source === source && each.type === type),
    ...patterns.sort((a, b) => b.type.length - a.type.length),
  ];
}

/** @param pattern `*` for any event, or `order.*` for those that begin so */
function matches(pattern: string, type: string): boolean {
  if (type === '') return false;
  return pattern === '*' || (pattern.endsWith('.*') && (type === pattern.slice(0, -2) || type.startsWith(pattern.slice(0, -1))));
}

function isUnconditional({ guard }: HeardTransition): boolean {
  return guard === null;
}

/** A state and those within it that are entered first. */
function entered(heard: Heard, path: string): string[] {
  const state = stateAt(heard, path);
  const inside = state?.type === 'parallel' ? childrenOf(heard, path) : state?.initial ? [state.initial] : [];
  return [path, ...inside.flatMap((child) => entered(heard, child))];
}

function stateAt({ root, states }: Heard, path: string): StateModel | undefined {
  return path === '' ? root : states.find((state) => state.path === path);
}

function parentOf(heard: Heard, path: string): string {
  return stateAt(heard, path)?.parent ?? '';
}

/** History states are never active. */
function childrenOf({ states }: Heard, path: string): string[] {
  return states.filter((state) => state.parent === path && state.type !== 'history').map((state) => state.path);
}
