/** Checks the tasks that bring their own work: their outcomes, their limits, and their names. */
import { mostTaskAttempts, type OwnTask, type Workflow } from '../../machines/workflow.ts';
import { isAddressSetting } from '../config/backends.ts';
import { longestTimeoutMs } from '../engine/task-limits.ts';
import { ownTasksOf } from '../engine/tasks/handlers.ts';
import type { Assembly } from './assembly.ts';

/** A task with a longer pause should be a timer of the machine. */
export const longestRetryDelayMs = 24 * 60 * 60 * 1000;

/** A year. A session that waits for longer is forgotten by the people at both ends. */
const longestAnswerMs = 366 * 24 * 60 * 60 * 1000;

/** More would make the machine's graph large: each outcome is an edge of every state that invokes the task. */
const mostOutcomes = 20;

/** An outcome is a word, as machines compare it and pages show it. */
const outcomePattern = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/** @returns each fault of the workflow's own tasks, without the name of the workflow */
export function ownTaskFaults(workflow: Workflow, { details }: Pick<Assembly, 'details'>): string[] {
  return ownTasksOf([workflow]).flatMap(({ src, own }) =>
    [
      ...(own.kind === 'run' && typeof own.run !== 'function'
        ? ['has no run: write run(call, signal), or declare the task without options']
        : []),
      ...outcomeFaults(own),
      ...retryFaults(own),
      ...timeFaults(own),
      ...backendFaults(own, { ...details, ...workflow.data }),
      ...(Object.hasOwn(workflow.outcomes ?? {}, src) ? ['declares its outcomes itself: remove them from the workflow’s outcomes'] : []),
      ...(Object.entries(workflow.children ?? {}).some(([child, { as }]) => (as ?? child) === src)
        ? ['has work of its own, and is also a child of the workflow: give one of them another name']
        : []),
    ].map((fault) => `the task '${src}' ${fault}`),
  );
}

function backendFaults(own: OwnTask, details: object): string[] {
  if (own.kind !== 'backend') return [];
  const { url, answerWithin, data = [] } = own;
  const unknown = data.filter((detail) => !Object.hasOwn(details, detail));
  return [
    ...(isAddressSetting(url)
      ? []
      : [`has the url '${url}': write the name of a setting in capitals that ends in _URL, such as RESERVATIONS_URL, and no address`]),
    ...(answerWithin >= 1_000 && answerWithin <= longestAnswerMs
      ? []
      : [`waits ${answerWithin} ms for an answer; it must be 1000 to ${longestAnswerMs}`]),
    ...unknown.map((detail) => `sends the detail '${detail}', which no module brings`),
  ];
}

function outcomeFaults({ outcomes }: OwnTask): string[] {
  if (!Array.isArray(outcomes) || outcomes.length === 0) return ["lists no outcomes: write at least one, such as outcomes: ['done']"];
  const wrong = outcomes.filter((outcome) => typeof outcome !== 'string' || !outcomePattern.test(outcome));
  return [
    ...wrong.map((outcome) => `has the outcome '${String(outcome)}': an outcome is a word of up to 40 letters, digits, - and _`),
    ...(new Set(outcomes).size < outcomes.length ? ['lists an outcome twice'] : []),
    ...(outcomes.length > mostOutcomes
      ? [`has ${outcomes.length} outcomes; at most ${mostOutcomes}, so that its machine can be explored`]
      : []),
  ];
}

function retryFaults({ retry }: OwnTask): string[] {
  if (retry === undefined) return [];
  if (!('attempts' in retry)) {
    const unusable = retry.find((pause) => !isPause(pause));
    return [
      ...(unusable === undefined ? [] : [`waits ${unusable} ms between attempts; it must be 0 to ${longestRetryDelayMs}`]),
      ...(retry.length < mostTaskAttempts ? [] : [`has ${retry.length} pauses between attempts; at most ${mostTaskAttempts - 1}`]),
    ];
  }
  const { attempts, firstMs, longestMs = longestRetryDelayMs } = retry;
  return [
    ...(Number.isInteger(attempts) && attempts >= 1 && attempts <= mostTaskAttempts
      ? []
      : [`has ${attempts} attempts; it must be 1 to ${mostTaskAttempts}`]),
    ...[firstMs, longestMs]
      .filter((pause) => !isPause(pause))
      .map((pause) => `waits ${pause} ms between attempts; it must be 0 to ${longestRetryDelayMs}`),
  ];
}

function isPause(ms: unknown): boolean {
  return typeof ms === 'number' && ms >= 0 && ms <= longestRetryDelayMs;
}

function timeFaults({ timeout }: OwnTask): string[] {
  return timeout === undefined || (timeout > 0 && timeout <= longestTimeoutMs)
    ? []
    : [`has a time-out of ${timeout} ms; it must be above 0 and at most ${longestTimeoutMs}`];
}
