/** Two versions of a machine as one model, in which each difference is marked, and the differences as a list. */
import { type Change, historyText, type MachineModel, type StateModel, type TransitionModel, targetsOf } from './model.ts';
import { conditionOf, headlineOf } from './transition-label.ts';

export interface Difference {
  readonly kind: Change['kind'];
  /** `state codeActive`, `codeActive: SUBMIT_CODE → locked`. */
  readonly place: string;
  /** The present and the former properties; empty for parts that were added or removed. */
  readonly now: readonly string[];
  readonly was: readonly string[];
}

export interface Comparison {
  /** Both machines. The marks are in its states and transitions. */
  readonly model: MachineModel;
  readonly differences: readonly Difference[];
}

/** @param before null for a machine that is new */
export function compare(before: MachineModel | null, after: MachineModel | null): Comparison {
  const base = after ?? before;
  if (base === null) throw new Error('A comparison needs a machine');
  const [older, newer] = [before ?? empty(base), after ?? empty(base)];
  const states = statesOf(older, newer);
  const transitions = transitionsOf(older, newer);
  const root = before && after ? marked(older, newer, before.root, after.root) : base.root;
  return {
    model: { ...base, root, states, transitions },
    differences: [
      ...[root, ...states].flatMap((state) => stateDifference(older, newer, state)),
      ...transitions.flatMap((transition) => transitionDifference(newer, transition)),
    ],
  };
}

function empty(model: MachineModel): MachineModel {
  return { ...model, states: [], transitions: [] };
}

function statesOf(before: MachineModel, after: MachineModel): StateModel[] {
  const former = new Map(before.states.map((state) => [state.path, state]));
  const present = new Set(after.states.map(({ path }) => path));
  const union = [
    ...after.states.map((state): StateModel => {
      const earlier = former.get(state.path);
      return earlier === undefined ? { ...state, change: { kind: 'added', was: [] } } : marked(before, after, earlier, state);
    }),
    ...before.states
      .filter(({ path }) => !present.has(path))
      .map((state): StateModel => ({ ...state, change: { kind: 'removed', was: [] } })),
  ];
  // A state that has lost its children is drawn around them.
  const parents = new Set(union.map(({ parent }) => parent));
  return union.map((state) =>
    parents.has(state.path) && !['compound', 'parallel'].includes(state.type) ? { ...state, type: 'compound' } : state,
  );
}

function marked(before: MachineModel, after: MachineModel, earlier: StateModel, state: StateModel): StateModel {
  const was = without(stateProperties(before, earlier), stateProperties(after, state));
  const now = without(stateProperties(after, state), stateProperties(before, earlier));
  return was.length + now.length === 0 ? state : { ...state, change: { kind: 'changed', was } };
}

/** The properties that sessions and screens depend on. Descriptions may change freely. */
function stateProperties(model: MachineModel, state: StateModel): string[] {
  const { id, type, initial, entry, exit, tasks, history, screen } = state;
  return [
    `id ${id}`,
    `type ${type}`,
    ...(initial === null ? [] : [`initial ${initial}`]),
    ...(entry.length === 0 ? [] : [`entry ${entry.join(', ')}`]),
    ...tasks.map((task) => `${task.isSession ? 'session' : 'task'} ${task.name}${task.id === task.name ? '' : ` (${task.id})`}`),
    ...(exit.length === 0 ? [] : [`exit ${exit.join(', ')}`]),
    ...(history === undefined ? [] : [`history ${historyText(model, history)}`]),
    ...(screen === null ? [] : [`screen ${screen}`]),
  ];
}

/**
 * Ids contain positions, which move when a transition is inserted. So equal transitions are found first, then those that lead to the same
 * target, then those at the same position. A transition that leads elsewhere counts as another one: its line is another.
 */
function transitionsOf(before: MachineModel, after: MachineModel): TransitionModel[] {
  const left = [...before.transitions];
  const take = (isMatch: (candidate: TransitionModel) => boolean): TransitionModel | null => {
    const index = left.findIndex(isMatch);
    return index === -1 ? null : (left.splice(index, 1)[0] ?? null);
  };
  const found = new Map<string, TransitionModel>();
  const matches = [
    (one: TransitionModel, other: TransitionModel) => one.id === other.id && sameText(one, other),
    sameText,
    (one: TransitionModel, other: TransitionModel) => one.id === other.id,
    () => true,
  ];
  for (const isMatch of matches)
    for (const transition of after.transitions.filter(({ id }) => !found.has(id))) {
      const earlier = take((candidate) => sameLine(candidate, transition) && isMatch(candidate, transition));
      if (earlier !== null) found.set(transition.id, earlier);
    }
  return [
    ...after.transitions.map((transition): TransitionModel => {
      const earlier = found.get(transition.id);
      if (earlier === undefined) return { ...transition, change: { kind: 'added', was: [] } };
      const was = without(properties(earlier), properties(transition));
      const now = without(properties(transition), properties(earlier));
      if (was.length + now.length > 0) return { ...transition, change: { kind: 'changed', was } };
      return earlier.id === transition.id ? transition : { ...transition, change: { kind: 'changed', was: [positionOf(earlier)] } };
    }),
    // A removed transition may have the id of one that was added.
    ...left.map((transition): TransitionModel => ({ ...transition, id: `removed:${transition.id}`, change: { kind: 'removed', was: [] } })),
  ];
}

/** The first transition whose guard is true is taken, so the position matters. */
function positionOf({ id }: TransitionModel): string {
  return `number ${Number(id.split(':').at(-1)) + 1} of its event`;
}

function sameLine(one: TransitionModel, other: TransitionModel): boolean {
  return one.source === other.source && one.type === other.type && targetsOf(one).join(' ') === targetsOf(other).join(' ');
}

function sameText(one: TransitionModel, other: TransitionModel): boolean {
  return properties(one).join('\n') === properties(other).join('\n');
}

function properties(transition: TransitionModel): string[] {
  const { delay, task, actions, refusal, reenter, kind } = transition;
  const condition = conditionOf(transition);
  return [
    `kind ${kind}`,
    condition === '' ? 'unconditional' : condition,
    ...(delay === null ? [] : [`after ${delay.text} (${delay.name})`]),
    ...(task === null ? [] : [`task ${task}`]),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(', ')}`]),
    ...(refusal === null ? [] : [`refused ${refusal.code}${refusal.until ? ` until ${refusal.until.text} (${refusal.until.name})` : ''}`]),
    ...(reenter ? ['re-enters its state'] : []),
  ];
}

function without(these: readonly string[], those: readonly string[]): string[] {
  return these.filter((each) => !those.includes(each));
}

function stateDifference(before: MachineModel, after: MachineModel, state: StateModel): Difference[] {
  const { change, path } = state;
  if (change === undefined) return [];
  const place = path === '' ? 'the machine' : `state ${path}`;
  const earlier = [before.root, ...before.states].find((each) => each.path === path);
  const present = [after.root, ...after.states].find((each) => each.path === path);
  if (change.kind !== 'changed' || !earlier || !present) return [{ kind: change.kind, place, now: [], was: [] }];
  const now = without(stateProperties(after, present), stateProperties(before, earlier));
  return [{ kind: 'changed', place, now, was: change.was }];
}

function transitionDifference(after: MachineModel, transition: TransitionModel): Difference[] {
  const { change, source } = transition;
  if (change === undefined) return [];
  const targets = targetsOf(transition).join(' + ');
  const place = `${source || 'any state'}: ${headlineOf(transition)}${targets === '' ? '' : ` → ${targets}`}`;
  const present = after.transitions.find(({ id }) => id === transition.id) ?? transition;
  const said = properties(present).filter((text) => !text.startsWith('kind ') && text !== 'unconditional');
  return [
    change.kind === 'removed' ? { kind: 'removed', place, now: [], was: said } : { kind: change.kind, place, now: said, was: change.was },
  ];
}
