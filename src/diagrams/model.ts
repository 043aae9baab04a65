/**
 * A workflow's machine as its pictures show it: states and transitions in document order, free of XState.
 * Also the committed `.json`, and what fingerprints are taken of.
 */

export interface MachineModel {
  /** The workflow's public name. */
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** The machine itself. Its transitions hold in every state, and have this state's empty path as their source. */
  readonly root: StateModel;
  /** The states below it, each before its own children. */
  readonly states: readonly StateModel[];
  readonly transitions: readonly TransitionModel[];
}

export interface StateModel {
  /** As in the representation: `codeActive.cooldown`. */
  readonly path: string;
  /** XState's own id, which is part of the ids of timers. */
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly description: string | null;
  readonly screen: string | null;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Null for the root. */
  readonly parent: string | null;
  /** The path of the state that is entered first. */
  readonly initial: string | null;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly tasks: readonly TaskModel[];
  /** Of a history state alone. */
  readonly history?: HistoryModel;
}

export interface HistoryModel {
  /** Whether the states within the remembered ones are remembered, too. */
  readonly deep: boolean;
  /** The paths that are entered where nothing is remembered yet; empty where these are the ones that are entered first. */
  readonly defaults: readonly string[];
}

export interface TaskModel {
  readonly id: string;
  readonly name: string;
  /** It is a session of the workflow of that name. */
  readonly isSession?: true;
}

export type TransitionKind = 'event' | 'timeout' | 'done' | 'failed' | 'refusal' | 'always';

export interface TransitionModel {
  /** Unique in its machine: `codeActive:submit-code:0`. */
  readonly id: string;
  readonly kind: TransitionKind;
  readonly source: string;
  /** Null when it stays where it is, without leaving and entering again. */
  readonly target: string | null;
  /** The targets after the first one, each in a region of its own. None where there is one target or no target. */
  readonly furtherTargets?: readonly string[];
  /** What the machine hears: `SUBMIT_CODE`, or a name that XState made. Empty for a transition that needs no event. */
  readonly type: string;
  /** The public name of an event from outside. */
  readonly event: string | null;
  readonly delay: DelayModel | null;
  /** The task whose end it hears. */
  readonly task: string | null;
  readonly guard: string | null;
  /** It is taken when the guards of the transitions before it said no. */
  readonly otherwise: boolean;
  readonly actions: readonly string[];
  readonly refusal: { readonly code: string; readonly until: DelayModel | null } | null;
  readonly reenter: boolean;
  /** The states, its source included, in which another transition always answers first. A state stands for those within it. */
  readonly hiddenIn: readonly string[];
}

export interface DelayModel {
  readonly name: string;
  /** Null where each session has its own. */
  readonly ms: number | null;
  /** `40 min`; its name in words where each session has its own. */
  readonly text: string;
}

/** The transitions that are drawn as a line: those that lead to a state. */
export function isEdge(transition: TransitionModel): transition is TransitionModel & { readonly target: string } {
  return transition.target !== null;
}

/** All states that a transition leads to, in the machine's order. */
export function targetsOf({ target, furtherTargets = [] }: Pick<TransitionModel, 'target' | 'furtherTargets'>): string[] {
  return target === null ? [] : [target, ...furtherTargets];
}

/**
 * The innermost state that holds the targets of a transition, and its source too unless the targets lie within that: there it forks.
 * @returns a path, empty for the machine itself
 */
export function forkPlaceOf(transition: TransitionModel): string {
  const { source } = transition;
  const targets = targetsOf(transition);
  const start = targets.every((target) => source === '' || target.startsWith(`${source}.`)) ? source : outside(source);
  return [start, ...targets.map(outside)].reduce(innermostAround);
}

function outside(path: string): string {
  return path.split('.').slice(0, -1).join('.');
}

function innermostAround(one: string, other: string): string {
  const [keys, others] = [one.split('.'), other.split('.')];
  const parting = keys.findIndex((key, index) => key !== others[index]);
  return parting === -1 ? one : keys.slice(0, parting).join('.');
}

/** How a history state remembers: `deep; at first Quiet`. */
export function historyText({ states }: Pick<MachineModel, 'states'>, { deep, defaults }: HistoryModel): string {
  const titles = defaults.map((path) => states.find((state) => state.path === path)?.title ?? path);
  return `${deep ? 'deep' : 'shallow'}${titles.length === 0 ? '' : `; at first ${titles.join(', ')}`}`;
}

/** Heard, and nothing comes of it: written into a machine to say that it is meant so. */
export function isIgnored({ target, refusal, actions }: TransitionModel): boolean {
  return target === null && refusal === null && actions.length === 0;
}

/** Where a transition is not taken, although its source says so: `not in Locked`; empty where it is taken everywhere. */
export function exceptionOf({ states }: MachineModel, { source, hiddenIn }: TransitionModel): string {
  if (hiddenIn.includes(source)) return 'never taken';
  const titles = states.filter(({ path }) => hiddenIn.includes(path)).map(({ title }) => title);
  return titles.length === 0 ? '' : `not in ${titles.join(', ')}`;
}

export function childrenOf(model: MachineModel, path: string): StateModel[] {
  return model.states.filter(({ parent }) => parent === path);
}
