/**
 * Selects the transition for an event as XState does: it asks the states from the inside out, and takes the first transition whose guard
 * is true. A guard can be true or false. So a transition is hidden only if a transition without a guard always comes before it. An event
 * that only starts a session is accepted only in the initial states.
 */
import { matches } from '../engine/machines/xstate-transition.ts';
import type { StateModel, TransitionModel } from './model.ts';

/** A transition that has not been compared with the others yet. */
export type ReadTransition = Omit<TransitionModel, 'hiddenIn'>;

/** The states of a machine and their transitions, in document order. */
export interface Chart {
  readonly root: StateModel;
  readonly states: readonly StateModel[];
  readonly transitions: readonly ReadTransition[];
  /** The types of events that only start a session. */
  readonly startTypes: ReadonlySet<string>;
}

/**
 * The states, possibly the source, in which another transition always takes precedence. Each stands for its descendants too.
 * @returns paths in document order
 */
export function hiddenIn(chart: Chart, transition: ReadTransition): string[] {
  const { source } = transition;
  const within = (parent: string): string[] => {
    const children = chart.states.filter((state) => state.parent === parent);
    return children.flatMap(({ path }) => (answersIn(chart, transition, path) ? within(path) : [path]));
  };
  return answersIn(chart, transition, source) ? within(source) : [source];
}

/** True if the transition can be taken while the machine is in this state, which is its source or a descendant of it. */
function answersIn(chart: Chart, transition: ReadTransition, path: string): boolean {
  const { source, type } = transition;
  if (chart.startTypes.has(type) && !entered(chart, '').includes(path)) return false;
  const own = candidates(chart, source, type);
  if (own.slice(0, own.indexOf(transition)).some(isUnconditional)) return false;
  // Eventless transitions are taken one after another, so none hides one of another state.
  if (type === '') return true;
  let inside = path;
  if (!passesInside(chart, inside, type)) return false;
  while (inside !== source) {
    if (candidates(chart, inside, type).some(isUnconditional)) return false;
    const parent = parentOf(chart, inside);
    const regions = stateAt(chart, parent)?.type === 'parallel' ? childrenOf(chart, parent).filter((child) => child !== inside) : [];
    if (!regions.every((region) => passes(chart, region, type))) return false;
    inside = parent;
  }
  return true;
}

/** True if an event can pass a state and its descendants and reach its ancestors. */
function passes(chart: Chart, path: string, type: string): boolean {
  return passesInside(chart, path, type) && !candidates(chart, path, type).some(isUnconditional);
}

/** True if an event can pass the descendants. One child of a compound state is active, and all children of a parallel one. */
function passesInside(chart: Chart, path: string, type: string): boolean {
  const children = childrenOf(chart, path);
  const past = (child: string): boolean => passes(chart, child, type);
  return children.length === 0 || (stateAt(chart, path)?.type === 'parallel' ? children.every(past) : children.some(past));
}

/** A state's own transitions for an event, in XState's order: the exact type, then the longest pattern. */
function candidates({ transitions }: Chart, source: string, type: string): ReadTransition[] {
  const patterns = transitions.filter((each) => each.source === source && each.type !== type && type !== '' && matches(each.type, type));
  return [
    ...transitions.filter((each) => each.source === source && each.type === type),
    ...patterns.sort((a, b) => b.type.length - a.type.length),
  ];
}

function isUnconditional({ guard }: ReadTransition): boolean {
  return guard === null;
}

/** A state and its initial descendants. */
function entered(chart: Chart, path: string): string[] {
  const state = stateAt(chart, path);
  const inside = state?.type === 'parallel' ? childrenOf(chart, path) : state?.initial ? [state.initial] : [];
  return [path, ...inside.flatMap((child) => entered(chart, child))];
}

function stateAt({ root, states }: Chart, path: string): StateModel | undefined {
  return path === '' ? root : states.find((state) => state.path === path);
}

function parentOf(chart: Chart, path: string): string {
  return stateAt(chart, path)?.parent ?? '';
}

/** History states are never active. */
function childrenOf({ states }: Chart, path: string): string[] {
  return states.filter((state) => state.parent === path && state.type !== 'history').map((state) => state.path);
}
