/**
 * The content of a picture, before layout: the whole machine, or an overview that folds each compound state into one box
 * and hides transitions inside it.
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
import { conditionOf, grouped, headlineOf, type Pill, pillOf } from './transition-label.ts';

/** The source node of the machine's own transitions: the path of its root. */
const anyNode = '';

export interface SceneBox {
  /** The state's path; empty for 'Any state'. */
  readonly node: string;
  readonly state: StateModel;
  readonly shape: 'atomic' | 'compound' | 'folded' | 'final' | 'any';
  /** The containing node; null at the top. */
  readonly parent: string | null;
  readonly content: BoxContent;
}

export interface SceneEdge {
  readonly source: string;
  /** Several for a fork. */
  readonly targets: readonly string[];
  /** The bar at which a fork parts; null without a fork. */
  readonly fork: { readonly parent: string | null } | null;
  /** Several if folding made them identical. */
  readonly transitions: readonly TransitionModel[];
  readonly pill: Pill;
}

/** The dot, with an arrow to the initial state. */
export interface Initial {
  readonly parent: string | null;
  readonly target: string;
}

export interface Scene {
  /** The prefix of ids. Different prefixes allow several pictures in one page. */
  readonly prefix: string;
  readonly model: MachineModel;
  /** Each box comes before the boxes inside it. */
  readonly boxes: readonly SceneBox[];
  readonly edges: readonly SceneEdge[];
  readonly initials: readonly Initial[];
}

export function wholeScene(model: MachineModel): Scene {
  return sceneOf(model, model.name, false);
}

/** @returns null if the machine has no compound state to fold. */
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
    // If a folded state refuses an event in one nested state and accepts it in another, only the full picture can show where.
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

/** The box for the machine's own transitions, which hold in every state. Drawn only if there are any. */
function anyBoxes({ root }: MachineModel, inside: readonly TransitionModel[], edges: readonly SceneEdge[]): SceneBox[] {
  const content = boxContent({ title: 'Any state', state: root, memory: null, inside, folded: [], compound: false });
  const needed = !content.titleOnly || edges.some(({ source, targets }) => source === anyNode || targets.includes(anyNode));
  return needed ? [{ node: anyNode, state: root, shape: 'any', parent: null, content }] : [];
}

interface PlacedTransition {
  readonly transition: TransitionModel;
  /** The box that shows it as text; null if it is a line or hidden. */
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
  // Inside a folded state, the overview shows only refusals, and transitions that re-enter the whole state.
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
