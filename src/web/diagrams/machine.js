// @ts-check
/** A machine as its committed `.json` describes it, and what follows from where a state lies in it. */

/**
 * @typedef {{ name: string, ms: number | null, text: string }} Delay
 * @typedef {{ path: string, title: string, description: string | null, screen: string | null, type: string,
 *   parent: string | null, initial: string | null, tasks: readonly { id: string, name: string, isSession?: true }[] }} State
 * @typedef {{ id: string, kind: 'event' | 'timeout' | 'done' | 'failed' | 'refusal' | 'always', source: string, target: string | null, furtherTargets?: readonly string[],
 *   type: string, event: string | null, delay: Delay | null, task: string | null, guard: string | null, otherwise: boolean,
 *   actions: readonly string[], refusal: { code: string, until: Delay | null } | null, hiddenIn?: readonly string[] }} Transition `hiddenIn` are the states
 *   in which another transition always answers first; a picture of an earlier release has none
 */

export class Machine {
  /** @param {{ root: State, states: readonly State[], transitions: readonly Transition[] }} model */
  constructor({ root, states, transitions }) {
    this.root = root;
    this.states = states;
    this.transitions = transitions;
  }

  /**
   * @param {string} path
   * @returns {State | undefined}
   */
  state(path) {
    return this.states.find((state) => state.path === path);
  }

  /**
   * The states that a session is in, without those around them.
   * @param {string} path as in the representation
   * @returns {State[]}
   */
  statesAt(path) {
    return leavesOf(path).flatMap((leaf) => this.state(leaf) ?? []);
  }

  /**
   * @param {string} id
   * @returns {Transition | undefined}
   */
  transition(id) {
    return this.transitions.find((transition) => transition.id === id);
  }

  /** @param {string} path */
  titleOf(path) {
    return path === '' ? 'Any state' : (this.state(path)?.title ?? path);
  }

  /**
   * Where the passing of a delay leads to, down to the state that has no states within.
   * @param {State} state
   * @param {string} delay its name
   * @returns {State | undefined} none where it leads nowhere
   */
  stateAfter(state, delay) {
    const passing = this.transitionsIn(state).find((transition) => transition.kind === 'timeout' && transition.delay?.name === delay);
    let reached = this.state(passing?.target ?? '');
    while (reached?.initial) reached = this.state(reached.initial);
    return reached;
  }

  /**
   * The transitions that can be taken in a state: its own, those of the states around it, then those of the states within it.
   * A machine whose final state is reached takes nothing any more.
   * @param {State} state
   */
  transitionsIn(state) {
    if (state.type === 'final' && state.parent === '') return [];
    const taken = this.transitions.filter((transition) => !isHidden(transition, state.path));
    const own = around(state.path).flatMap((source) => taken.filter((transition) => transition.source === source));
    return [...own, ...taken.filter(({ source }) => isWithin(source, state.path))];
  }
}

/**
 * The states that a transition leads to: several where it forks.
 * @param {Transition} transition
 */
export function targetsOf({ target, furtherTargets = [] }) {
  return target === null ? [] : [target, ...furtherTargets];
}

/**
 * Whether another transition always answers before this one in a state.
 * @param {Transition} transition
 * @param {string} path of the state
 */
export function isHidden({ source, hiddenIn = [] }, path) {
  return hiddenIn.some((hidden) => hidden === source || hidden === path || isWithin(path, hidden));
}

/**
 * @param {string} path
 * @param {string} outer
 */
export function isWithin(path, outer) {
  return path.startsWith(`${outer}.`);
}

/**
 * A state and the states around it, from the inside out; the machine itself is the empty path.
 * @param {string} path of a state, or of several that are active beside each other
 */
export function around(path) {
  const lines = leavesOf(path).map((leaf) => {
    const keys = leaf === '' ? [] : leaf.split('.');
    return keys.map((_, index) => keys.slice(0, keys.length - index).join('.'));
  });
  return [...new Set(lines.flat()), ''];
}

/**
 * The paths of the active states that have no active state below them: `a.b|a.c` is in two.
 * @param {string} path as in the representation
 */
export function leavesOf(path) {
  return path.split('|');
}

/**
 * What makes a transition happen, in words.
 * @param {Transition} transition
 */
export function causeOf({ kind, type, delay, task }) {
  if (delay !== null && kind === 'timeout') return `after ${delay.text}`;
  if (task !== null) return `${task} ${kind === 'failed' ? 'failed' : 'done'}`;
  return type === '' ? 'at once' : type;
}
