/**
 * What a picture shows, before anything has its place: the whole machine, or its overview, in which each compound
 * state is one box and what happens only inside it is hidden.
 */
import { type BoxContent, boxContent } from './box-content.ts';
import { childrenOf, isIgnored, type MachineModel, type StateModel, type TransitionModel } from './model.ts';
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
  readonly target: string;
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
    const content = boxContent({ title: state.title, state, inside: insideOf(state.path), folded, compound: shape === 'compound' });
    return { node: state.path, state, shape, parent: state.parent === '' ? null : state.parent, content };
  };
  const edges = edgesOf(placed);
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
  const content = boxContent({ title: 'Any state', state: root, inside, folded: [], compound: false });
  const needed = !content.titleOnly || edges.some(({ source, target }) => source === anyNode || target === anyNode);
  return needed ? [{ node: anyNode, state: root, shape: 'any', parent: null, content }] : [];
}

interface PlacedTransition {
  readonly transition: TransitionModel;
  /** The box it is written in; null when it is a line, or hidden. */
  readonly at: string | null;
  readonly line: { readonly source: string; readonly target: string } | null;
}

function placeOf(transition: TransitionModel, nodeOf: (path: string) => string): PlacedTransition {
  const source = nodeOf(transition.source);
  if (transition.target === null) return { transition, at: source, line: null };
  const target = nodeOf(transition.target);
  const happensInside = source === target && (source !== transition.source || target !== transition.target);
  if (!happensInside) return { transition, at: null, line: { source, target } };
  // Inside a folded state: what it refuses in any case, and its own beginning anew, are worth knowing from outside.
  return { transition, at: transition.refusal || transition.target === target ? source : null, line: null };
}

function edgesOf(placed: readonly PlacedTransition[]): SceneEdge[] {
  const drawn = placed.flatMap(({ transition, line }) => (line ? [{ transition, ...line }] : []));
  const groups = grouped(drawn, ({ transition, source, target }) => {
    const folded = source !== transition.source;
    return folded
      ? JSON.stringify([source, target, headlineOf(transition), conditionOf(transition), transition.actions, transition.refusal])
      : transition.id;
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const transitions = group.map(({ transition }) => transition);
    return [{ source: first.source, target: first.target, transitions, pill: pillOf(transitions, true) }];
  });
}
