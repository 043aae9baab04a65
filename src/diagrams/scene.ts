/**
 * What a picture shows, before anything has its place: the whole machine, or its overview, in which each compound
 * state is one box and what happens only inside it is hidden.
 */
import { type BoxContent, boxContent } from './box-content.ts';
import {
  childrenOf,
  forkPlaceOf,
  historyText,
  isIgnored,
  type MachineModel,
  type StateModel,
  type TransitionModel,
  targetsOf,
} from './model.ts';
import { conditionOf, grouped, headlineOf, type Pill, pillOf } from './pill.ts';

/** The node that the transitions of the machine itself leave from: the path of its root. */
const anyNode = '';

export interface SceneBox {
  /** The state's path; empty for 'Any state'. */
  readonly node: string;
  readonly state: StateModel;
  readonly shape: 'atomic' | 'compound' | 'folded' | 'final' | 'any';
  /** The node it lies in; null at the top. */
  readonly parent: string | null;
  readonly content: BoxContent;
}

export interface SceneEdge {
  readonly source: string;
  /** More than one where it forks; then `fork` says where. */
  readonly targets: readonly string[];
  /** The bar at which it forks. */
  readonly fork: { readonly parent: string | null } | null;
  /** More than one where folding made them the same. */
  readonly transitions: readonly TransitionModel[];
  readonly pill: Pill;
}

/** The dot and the arrow to the state that is entered first. */
export interface Initial {
  readonly parent: string | null;
  readonly target: string;
}

export interface Scene {
  /** What ids begin with, so that several pictures can stand in one page. */
  readonly prefix: string;
  readonly model: MachineModel;
  /** Each before those that lie in it. */
  readonly boxes: readonly SceneBox[];
  readonly edges: readonly SceneEdge[];
  readonly initials: readonly Initial[];
}

export function wholeScene(model: MachineModel): Scene {
  return sceneOf(model, model.name, false);
}

/** @returns null when there is nothing to fold. */
export function overviewScene(model: MachineModel): Scene | null {
  const foldable = childrenOf(model, '').some(({ path }) => childrenOf(model, path).length > 0);
  return foldable ? sceneOf(model, `${model.name}-overview`, true) : null;
}

function sceneOf(model: MachineModel, prefix: string, folds: boolean): Scene {
  const shown = model.states.filter(({ parent }) => !folds || parent === '');
  const nodeOf = (path: string): string => (folds ? (path.split('.')[0] ?? path) : path);
  const said = folds ? model.transitions.filter((transition) => !isIgnored(transition)) : model.transitions;
  const taken = new Set(said.filter(({ refusal }) => !refusal).map(({ source, type }) => `${nodeOf(source)} ${type}`));
  const placed = said.map((transition) => {
    const place = placeOf(transition, nodeOf);
    const source = nodeOf(transition.source);
    const isFolded = folds && source !== '' && childrenOf(model, source).length > 0;
    // What a folded state refuses here and takes there is for the picture that shows where.
    return isFolded && transition.refusal && taken.has(`${source} ${transition.type}`) ? { ...place, at: null } : place;
  });
  const insideOf = (node: string): TransitionModel[] => placed.flatMap(({ at, transition }) => (at === node ? [transition] : []));
  const boxOf = (state: StateModel): SceneBox => {
    const children = childrenOf(model, state.path);
    const shape = state.type === 'final' ? 'final' : children.length === 0 ? 'atomic' : folds ? 'folded' : 'compound';
    const folded = shape === 'folded' ? model.states.filter(({ path }) => path.startsWith(`${state.path}.`)) : [];
    const memory = state.history ? historyText(model, state.history) : null;
    const content = boxContent({
      title: state.title,
      state,
      memory,
      inside: insideOf(state.path),
      folded,
      compound: shape === 'compound',
    });
    return { node: state.path, state, shape, parent: state.parent === '' ? null : state.parent, content };
  };
  const edges = edgesOf(placed, folds);
  return {
    prefix,
    model,
    boxes: [...anyBoxes(model, insideOf(anyNode), edges), ...shown.map(boxOf)],
    edges,
    initials: [model.root, ...(folds ? [] : shown)].flatMap(({ path, initial }) =>
      initial === null ? [] : [{ parent: path === '' ? null : path, target: nodeOf(initial) }],
    ),
  };
}

/** The machine's own transitions hold in every state: they get a box of their own, when there are any. */
function anyBoxes({ root }: MachineModel, inside: readonly TransitionModel[], edges: readonly SceneEdge[]): SceneBox[] {
  const content = boxContent({ title: 'Any state', state: root, memory: null, inside, folded: [], compound: false });
  const needed = !content.titleOnly || edges.some(({ source, targets }) => source === anyNode || targets.includes(anyNode));
  return needed ? [{ node: anyNode, state: root, shape: 'any', parent: null, content }] : [];
}

interface PlacedTransition {
  readonly transition: TransitionModel;
  /** The box it is written in; null when it is a line, or hidden. */
  readonly at: string | null;
  readonly line: { readonly source: string; readonly targets: readonly string[] } | null;
}

function placeOf(transition: TransitionModel, nodeOf: (path: string) => string): PlacedTransition {
  const source = nodeOf(transition.source);
  const all = targetsOf(transition);
  if (all.length === 0) return { transition, at: source, line: null };
  const happensInside = (target: string) => nodeOf(target) === source && (source !== transition.source || nodeOf(target) !== target);
  const targets = [...new Set(all.filter((target) => !happensInside(target)).map(nodeOf))];
  if (targets.length > 0) return { transition, at: null, line: { source, targets } };
  // Inside a folded state: what it refuses in any case, and its own beginning anew, are worth knowing from outside.
  return { transition, at: transition.refusal || all.includes(source) ? source : null, line: null };
}

function edgesOf(placed: readonly PlacedTransition[], folds: boolean): SceneEdge[] {
  const drawn = placed.flatMap(({ transition, line }) => (line ? [{ transition, ...line }] : []));
  const groups = grouped(drawn, ({ transition, source, targets }) => {
    const folded = source !== transition.source;
    return folded
      ? JSON.stringify([source, targets, headlineOf(transition), conditionOf(transition), transition.actions, transition.refusal])
      : transition.id;
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const transitions = group.map(({ transition }) => transition);
    const { source, targets } = first;
    const fork = targets.length > 1 ? { parent: (folds ? '' : forkPlaceOf(first.transition)) || null } : null;
    return [{ source, targets, fork, transitions, pill: pillOf(transitions, true) }];
  });
}
