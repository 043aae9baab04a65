/**
 * Selects the transition for an event as XState does: it asks the states from the inside out, and takes the first transition whose guard
 * is true. Guards can go either way, so a transition is hidden only if an unguarded one always comes before it. An event that only
 * starts a session is accepted only in the initial states.
 */
import type { StateModel, TransitionModel } from './model.ts';

/** A transition before it is compared with the others. */
export type HeardTransition = Omit<TransitionModel, 'hiddenIn'>;

/** The states of a machine and their transitions, in document order. */
export interface Heard {
  readonly root: StateModel;
  readonly states: readonly StateModel[];
  readonly transitions: readonly HeardTransition[];
  /** The types of events that only start a session. */
  readonly openings: ReadonlySet<string>;
}

/**
 * The states, possibly the source, in which another transition always takes precedence. Each stands for its descendants too.
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

/** True if the transition can be taken while the machine is in this state, which is its source or a descendant of it. */
function answersIn(heard: Heard, transition: HeardTransition, path: string): boolean {
  const { source, type } = transition;
  if (heard.openings.has(type) && !entered(heard, '').includes(path)) return false;
  const own = candidates(heard, source, type);
  if (own.slice(0, own.indexOf(transition)).some(isUnconditional)) return false;
  // Eventless transitions are taken one after another, so none hides one of another state.
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

/** True if an event can pass a state and its descendants and reach its ancestors. */
function passes(heard: Heard, path: string, type: string): boolean {
  return passesInside(heard, path, type) && !candidates(heard, path, type).some(isUnconditional);
}

/** True if an event can pass the descendants. One child of a compound state is active, and all children of a parallel one. */
function passesInside(heard: Heard, path: string, type: string): boolean {
  const children = childrenOf(heard, path);
  const past = (child: string): boolean => passes(heard, child, type);
  return children.length === 0 || (stateAt(heard, path)?.type === 'parallel' ? children.every(past) : children.some(past));
}

/** A state's own transitions for an event, in XState's order: the exact type, then the longest pattern. */
function candidates({ transitions }: Heard, source: string, type: string): HeardTransition[] {
  const patterns = transitions.filter((each) => each.source === source && each.type !== type && matches(each.type, type));
  return [
    ...transitions.filter((each) => each.source === source && each.type === type),
    ...patterns.sort((a, b) => b.type.length - a.type.length),
  ];
}

/** @param pattern `*` for any event, or `order.*` for all events with this prefix */
function matches(pattern: string, type: string): boolean {
  if (type === '') return false;
  return pattern === '*' || (pattern.endsWith('.*') && (type === pattern.slice(0, -2) || type.startsWith(pattern.slice(0, -1))));
}

function isUnconditional({ guard }: HeardTransition): boolean {
  return guard === null;
}

/** A state and its initial descendants. */
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
