// @ts-check
/** A machine as read from its committed `.json`, with questions about the position of its states. */

/**
 * @typedef {{ name: string, ms: number | null, text: string }} Delay
 * @typedef {{ path: string, title: string, description: string | null, screen: string | null, heading?: Record<string, string>,
 *   help?: Record<string, string>, type: string,
 *   parent: string | null, initial: string | null, tasks: readonly { id: string, name: string, isSession?: true }[] }} State
 * @typedef {{ id: string, kind: 'event' | 'timeout' | 'done' | 'failed' | 'refusal' | 'always', source: string, target: string | null, furtherTargets?: readonly string[],
 *   type: string, event: string | null, delay: Delay | null, task: string | null, guard: string | null, otherwise: boolean,
 *   actions: readonly string[], refusal: { code: string, until: Delay | null } | null, hiddenIn?: readonly string[] }} Transition `hiddenIn` lists the
 *   states in which another transition always takes precedence. Files of earlier releases lack it
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
   * The active states without active states below them.
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
   * The states that the machine reaches when a delay is over: one, or several if the transition forks. A reached state with regions
   * stands for the states in them.
   * @param {State} state
   * @param {string} delay name of the delay
   * @returns {State[]} none if the delay leads to no state
   */
  statesAfter(state, delay) {
    const passing = this.transitionsIn(state).find((transition) => transition.kind === 'timeout' && transition.delay?.name === delay);
    return (passing ? targetsOf(passing) : []).flatMap((target) => {
      let reached = this.state(target);
      while (reached?.initial) reached = this.state(reached.initial);
      return reached ?? [];
    });
  }

  /**
   * The transitions that a state can take: its own, those of its ancestors, then those of its descendants. A machine in a final state
   * takes none.
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
 * The target states. A transition that forks has several.
 * @param {Transition} transition
 */
export function targetsOf({ target, furtherTargets = [] }) {
  return target === null ? [] : [target, ...furtherTargets];
}

/**
 * True if another transition always takes precedence in a state.
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
 * A state and its ancestors, from the inside out. The empty path is the machine itself.
 * @param {string} path of one state, or of several parallel ones
 */
export function around(path) {
  const lines = leavesOf(path).map((leaf) => {
    const keys = leaf === '' ? [] : leaf.split('.');
    return keys.map((_, index) => keys.slice(0, keys.length - index).join('.'));
  });
  return [...new Set(lines.flat()), ''];
}

/**
 * The paths of the active states without active states below them. `a.b|a.c` names two.
 * @param {string} path as in the representation
 */
export function leavesOf(path) {
  return path.split('|');
}

/**
 * The cause of a transition, in words.
 * @param {Transition} transition
 */
export function causeOf({ kind, type, delay, task }) {
  if (delay !== null && kind === 'timeout') return `after ${delay.text}`;
  if (task !== null) return `${task} ${kind === 'failed' ? 'failed' : 'done'}`;
  return type === '' ? 'at once' : type;
}
