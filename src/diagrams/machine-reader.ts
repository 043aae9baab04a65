/**
 * Reads a workflow's machine into the XState-free model. Omits only the actions that XState generates for a timeout
 * (raising its event later, and cancelling that), because the timeout itself is in the model.
 */
import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { screenOf } from '../../machines/texts.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { delayMs } from '../engine/machines/xstate-transition.ts';
import type { DelayModel, MachineModel, StateModel, TaskModel, TransitionKind, TransitionModel } from './model.ts';
import { hiddenIn, type ReadTransition } from './transition-selection.ts';

type StateNode = AnyStateMachine['root'];

/** An action or a guard: a name, a name with parameters, or a function of XState with its properties. */
interface Marked {
  readonly type?: string;
  readonly name?: string;
  readonly params?: unknown;
  readonly id?: string;
  readonly sendId?: string;
  readonly event?: { readonly type?: string };
  readonly guards?: readonly unknown[];
  readonly stateValue?: unknown;
}

const generatedTimer = 'xstate.after.';

/** @throws Error if the machine contains something that a picture cannot show. The message names it. */
export function readMachine({ name, version, description, machine, children = {}, start, events }: Workflow): MachineModel {
  const nodes = [machine.root, ...below(machine.root)];
  const transitions = nodes.flatMap((node) => [
    ...[...node.transitions].flatMap(([, choices]) => readChoices(machine, choices)),
    ...readChoices(machine, node.always ?? []),
  ]);
  const ids = transitions.map(({ id }) => id);
  const read = (node: StateNode) => readState(node, children);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`'${machine.id}' has two transitions with the id ${twice}: rename one of their events`);
  const startTypes = new Set(start.events.flatMap((event) => (event === null || event.type in events ? [] : [event.type])));
  const described = { root: read(machine.root), states: nodes.slice(1).map(read), transitions };
  const selected = transitions.map((transition) => ({ ...transition, hiddenIn: hiddenIn({ ...described, startTypes }, transition) }));
  return { name, version, description, ...described, transitions: selected };
}

/**
 * The id of a transition in the model, with which tests and sessions find their transitions in the pictures.
 * @param transition the machine's own object, as `machine.getTransitionData` returns it
 */
export function transitionId(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition;
  const choices: readonly AnyTransitionDefinition[] = (eventType === '' ? source.always : source.transitions.get(eventType)) ?? [];
  const index = choices.indexOf(transition);
  if (index === -1) throw new Error(`A copied transition of '${source.id}' cannot be identified: pass the original`);
  return `${pathOf(source) || 'any'}:${triggerOf(transition).label}:${index}`;
}

function below(node: StateNode): StateNode[] {
  return Object.values(node.states).flatMap((child: StateNode) => [child, ...below(child)]);
}

/** @param children the workflows of the machine's child sessions */
function readState(node: StateNode, children: NonNullable<Workflow['children']>): StateModel {
  const path = pathOf(node);
  const { screen, title: heading, help } = screenOf(node.meta);
  const initial = node.type === 'compound' ? node.initial.target[0] : undefined;
  return {
    path,
    id: node.id,
    key: node.key,
    title: titleOf(node.key),
    description: node.description ?? null,
    screen,
    ...(heading === null ? {} : { heading }),
    ...(help === null ? {} : { help }),
    type: node.type,
    parent: node.parent ? pathOf(node.parent) : null,
    initial: initial ? pathOf(initial) : null,
    entry: node.entry.flatMap(actionName),
    exit: node.exit.flatMap(actionName),
    tasks: tasksOf(node).flatMap((task) => {
      const sessions = Object.entries(children).filter(([name, { as = name }]) => as === task.name);
      return sessions.length === 0 ? [task] : sessions.map(([name]): TaskModel => ({ ...task, name, isSession: true }));
    }),
    ...(node.type === 'history' ? { history: { deep: node.history === 'deep', defaults: defaultsOf(node) } } : {}),
  };
}

/** Resolves the defaults of a history state by the rules that XState applies on entry. */
function defaultsOf({ config, parent, machine }: StateNode): string[] {
  const { target = [] } = config as { target?: string | readonly string[] };
  const targets = typeof target === 'string' ? [target] : target;
  return targets.map((each) => {
    if (each.startsWith('#')) return pathOf(machine.getStateNodeById(each));
    return [...(parent?.path ?? []), ...each.split('.')].join('.');
  });
}

function tasksOf(node: StateNode): TaskModel[] {
  return node.invoke.map(({ id, src }) => ({ id, name: typeof src === 'string' ? src : id }));
}

function pathOf(node: { readonly path: readonly string[] }): string {
  return node.path.join('.');
}

/** `codeActive` becomes "Code active", `email-verification` "Email verification". */
function titleOf(key: string): string {
  const words = key
    .replace(/[-_]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The transitions of one state for one event. The first one whose guard is true is taken. */
function readChoices(machine: AnyStateMachine, choices: readonly AnyTransitionDefinition[]): ReadTransition[] {
  return choices.map((transition, index) => {
    const [target, ...further] = [...new Set(transition.target ?? [])].map(pathOf);
    const { kind, event, delay, task } = triggerOf(transition);
    const id = transitionId(transition);
    const refusal = transition.actions.flatMap((action) => refusalOf(machine, action))[0] ?? null;
    return {
      id,
      kind: refusal ? 'refusal' : kind,
      source: pathOf(transition.source),
      target: target ?? null,
      ...(further.length > 0 ? { furtherTargets: further } : {}),
      type: transition.eventType,
      event: event ?? null,
      delay: delay === undefined ? null : delayOf(machine, delay),
      task: task ?? null,
      guard: transition.guard === undefined ? null : guardName(transition.guard),
      otherwise: index > 0 && transition.guard === undefined,
      actions: transition.actions.filter((action) => marksOf(action).type !== 'refuse').flatMap(actionName),
      refusal,
      reenter: transition.reenter,
    };
  });
}

interface Trigger {
  readonly kind: TransitionKind;
  /** A part of the transition's id. */
  readonly label: string;
  readonly event?: string;
  /** A name, or milliseconds if the machine names no delay. */
  readonly delay?: unknown;
  readonly task?: string;
}

function triggerOf(transition: AnyTransitionDefinition): Trigger {
  const { eventType: type, source } = transition;
  if (type === '') return { kind: 'always', label: 'always' };
  if (type.startsWith(generatedTimer)) {
    const { delay } = transition as { delay?: unknown };
    return { kind: 'timeout', label: `after-${delay}`, delay };
  }
  const [, end, taskId] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(type) ?? [];
  if (taskId !== undefined) {
    const task = tasksOf(source).find(({ id }) => id === taskId)?.name ?? taskId;
    return end === 'done' ? { kind: 'done', label: `done-${taskId}`, task } : { kind: 'failed', label: `failed-${taskId}`, task };
  }
  if (type.startsWith('xstate.done.state.')) return { kind: 'done', label: 'done' };
  const event = type.toLowerCase().replaceAll('_', '-');
  return { kind: 'event', label: event, event };
}

function delayOf(machine: AnyStateMachine, delay: unknown): DelayModel {
  const name = String(delay);
  if (typeof machine.implementations.delays[name] === 'function') return { name, ms: null, text: titleOf(name).toLowerCase() };
  const ms = typeof delay === 'number' ? delay : delayMs(machine, name);
  return { name, ms, text: durationText(ms) };
}

/** In the largest unit without a fraction: `24 h`, `40 min`, `90 s`. */
function durationText(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const;
  // Ninety seconds stay seconds, as in everyday use. For the same reason, an hour and a half is "90 min".
  const [unit, length] = units.find(([, unitMs]) => ms > 0 && ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / length} ${unit}`;
}

function refusalOf(machine: AnyStateMachine, action: unknown): NonNullable<TransitionModel['refusal']>[] {
  const { type, params } = marksOf(action);
  if (type !== 'refuse') return [];
  const { code, until } = (params ?? {}) as { code?: unknown; until?: unknown };
  if (typeof code !== 'string')
    throw new Error(`A refusal of '${machine.id}' computes its code: use a literal code, which pictures can show`);
  return [{ code, until: until === undefined ? null : delayOf(machine, until) }];
}

/** @returns the name with its parameters; empty for actions that XState generates for a timeout. */
function actionName(action: unknown): string[] {
  const { type, name, id, sendId, event, params } = marksOf(action);
  if (type === 'notifyOwner') {
    const { notice, at } = params as { notice: string; at?: string };
    return [`${type}(${notice}${at === 'former' ? ' at the former address' : ''})`];
  }
  if (type === 'xstate.raise') return id?.startsWith(generatedTimer) ? [] : [`raise ${event?.type ?? ''}`.trimEnd()];
  if (type === 'xstate.cancel') return sendId?.startsWith(generatedTimer) ? [] : [`cancel ${sendId ?? ''}`.trimEnd()];
  // Parameters computed at run time are not shown.
  const given = typeof params === 'object' && params !== null ? `(${Object.values(params).join(', ')})` : '';
  return [(type?.replace(/^xstate\./, '') || name || 'inline') + given];
}

/** Composed guards read as expressions: `not (isCorrect or isLastGuess)`. */
function guardName(guard: unknown): string {
  const { type, name, guards, stateValue } = marksOf(guard);
  if (name === 'stateIn') return `in ${String(stateValue).replace(/^#/, '')}`;
  if (guards === undefined) return type ?? (name || 'inline');
  const names = guards.map((part) => (marksOf(part).guards === undefined ? guardName(part) : `(${guardName(part)})`));
  return name === 'not' ? `not ${names.join()}` : names.join(` ${name ?? 'and'} `);
}

function marksOf(value: unknown): Marked {
  return typeof value === 'string' ? { type: value } : ((value ?? {}) as Marked);
}
