/** The machine as a Mermaid state diagram, for GitHub and draw.io. Coarser than the drawn picture, with the same content. */
import {
  childrenOf,
  exceptionOf,
  forkPlaceOf,
  historyText,
  isEdge,
  isIgnored,
  type MachineModel,
  type StateModel,
  type TransitionModel,
  targetsOf,
} from './model.ts';
import { conditionOf, headlineOf } from './transition-label.ts';

/** @returns the text of a `.mmd` file. */
export function drawMermaid(model: MachineModel): string {
  const lines = [
    '%% Generated from the machine: npm run diagrams',
    'stateDiagram-v2',
    ...statesIn(model, '').map(indented),
    ...anywhere(model, model.root).map(indented),
    ...forksIn(model, '').map(indented),
    ...model.transitions
      .filter(isEdge)
      .flatMap((transition) => arrows(model, transition))
      .map(indented),
    ...finals(model, '').map(indented),
  ];
  return `${lines.join('\n')}\n`;
}

/** The states directly below a path, with their contents. */
function statesIn(model: MachineModel, path: string): string[] {
  const parent = path === '' ? model.root : model.states.find((state) => state.path === path);
  const children = childrenOf(model, path);
  // Mermaid accepts the separator of regions only inside a state.
  const parallel = path !== '' && parent?.type === 'parallel';
  const blocks = children.map((child, index) => [...(parallel && index > 0 ? ['--'] : []), ...stateLines(model, child)]);
  return [...(parent?.initial ? [`[*] --> ${nodeOf(parent.initial)}`] : []), ...blocks.flat()];
}

function stateLines(model: MachineModel, state: StateModel): string[] {
  const declared = `state "${escaped(state.title)}" as ${nodeOf(state.path)}`;
  if (childrenOf(model, state.path).length === 0)
    return [declared, ...remarks(model, state).map((text) => `${nodeOf(state.path)}: ${text}`)];
  const inside = [...statesIn(model, state.path), ...anywhere(model, state), ...forksIn(model, state.path), ...finals(model, state.path)];
  return [`${declared} {`, ...inside.map(indented), '}'];
}

/** Mermaid draws no line from a compound state to itself or into itself. Such lines start at an extra node inside the state. */
function anywhere(model: MachineModel, state: StateModel): string[] {
  const node = anywhereIn(state.path);
  const texts = remarks(model, state);
  const used = model.transitions.some((transition) => isEdge(transition) && ends(model, transition).includes(node));
  if (texts.length === 0 && !used) return [];
  const title = state.parent === null ? 'Any state' : `Anywhere in ${state.title}`;
  return [`state "${escaped(title)}" as ${node}`, ...texts.map((text) => `${node}: ${text}`)];
}

/** Texts for everything in a state that is not a line. */
function remarks(model: MachineModel, { path, entry, exit, tasks, history }: StateModel): string[] {
  return [
    ...(history ? [`history ${historyText(model, history)}`] : []),
    ...entry.map((action) => `entry / ${action}`),
    ...tasks.map(({ name, isSession }) => `${isSession ? 'session' : 'task'} ${name}`),
    ...model.transitions
      .filter((transition) => transition.source === path && !isEdge(transition))
      .map((transition) => said(model, transition)),
    ...exit.map((action) => `exit / ${action}`),
  ].map(escaped);
}

function finals(model: MachineModel, path: string): string[] {
  return childrenOf(model, path)
    .filter(({ type }) => type === 'final')
    .map((state) => `${nodeOf(state.path)} --> [*]`);
}

/** The forks whose bar lies in this state. */
function forksIn(model: MachineModel, path: string): string[] {
  const forked = model.transitions.filter((transition) => isFork(transition) && forkPlaceOf(transition) === path);
  return forked.map((transition) => `state ${forkOf(model, transition)} <<fork>>`);
}

function isFork(transition: TransitionModel): boolean {
  return targetsOf(transition).length > 1;
}

function forkOf({ transitions }: MachineModel, transition: TransitionModel): string {
  return `fork_${transitions.filter(isFork).indexOf(transition) + 1}`;
}

/** One labelled arrow; for a fork, a labelled one to its bar and one from there to each target. */
function arrows(model: MachineModel, transition: Edge): string[] {
  const [source, ...targets] = ends(model, transition);
  const label = escaped(said(model, transition));
  if (!isFork(transition)) return targets.map((target) => `${source} --> ${target}: ${label}`);
  const fork = forkOf(model, transition);
  return [`${source} --> ${fork}: ${label}`, ...targets.map((target) => `${fork} --> ${target}`)];
}

type Edge = TransitionModel & { readonly target: string };

/** The nodes of the source and of the targets. */
function ends(model: MachineModel, transition: Edge): [string, ...string[]] {
  const { source } = transition;
  const targets = targetsOf(transition);
  const isInside = (target: string) => source === '' || target === source || target.startsWith(`${source}.`);
  const intoItself = childrenOf(model, source).length > 0 && targets.some(isInside);
  const start = intoItself ? anywhereIn(source) : nodeOf(source);
  return [start, ...targets.map((target) => (target === source && intoItself ? anywhereIn(target) : nodeOf(target)))];
}

/** `SUBMIT_CODE if isLastGuess / countWrongGuess, refused wrong-code (not in Locked)` */
function said(model: MachineModel, transition: TransitionModel): string {
  const { actions, refusal } = transition;
  const until = refusal?.until ? ` until ${refusal.until.text}` : '';
  const does = [...(isIgnored(transition) ? ['ignored'] : actions), ...(refusal ? [`refused ${refusal.code}${until}`] : [])].join(', ');
  const exception = exceptionOf(model, transition);
  const parts = [headlineOf(transition), conditionOf(transition), does === '' ? '' : `/ ${does}`];
  return [...parts, exception === '' ? '' : `(${exception})`].filter((part) => part !== '').join(' ');
}

/** Escapes a path: it contains dots, and a key may be a reserved word of Mermaid (`end`, `state`). */
function nodeOf(path: string): string {
  return `s_${path.replaceAll('.', '__')}`;
}

function anywhereIn(path: string): string {
  return `any_${path.replaceAll('.', '__')}`;
}

/** The offset from ASCII characters to their full-width forms. */
const toFullWidth = 0xff01 - 0x21;

/**
 * Replaces characters of Mermaid's syntax with their full-width forms, which look alike and have no meaning to
 * Mermaid. (State diagrams show Mermaid's own escapes, such as `#58;`, literally.)
 */
function escaped(text: string): string {
  const plain = text.replace(/\s+/g, ' ');
  return plain.replace(/[!-~]/g, (character) =>
    /[\w.,/()'-]/.test(character) ? character : String.fromCharCode(character.charCodeAt(0) + toFullWidth),
  );
}

function indented(line: string): string {
  return `  ${line}`;
}
