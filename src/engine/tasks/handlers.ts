/** The handlers of tasks by name. A task with its own work belongs to one version of one workflow, so its name there is longer. */
import { type OwnTask, ownTaskOf, pausesOf, type RunTask, type Workflow } from '../../../machines/workflow.ts';
import type { TaskHandler, TaskResult } from '../ports.ts';
import type { Session, Task } from '../session.ts';
import { areTaskData, taskDataFault } from './task-data.ts';
import { failedByInput } from './task-input.ts';

export type Handlers = Readonly<Record<string, TaskHandler>>;

/** @returns the handler of a task; undefined if this process has none */
export function handlerOf(handlers: Handlers, session: Pick<Session, 'workflow' | 'version'>, task: Task): TaskHandler | undefined {
  return (task.detached ? undefined : handlers[ownTaskName(session.workflow, session.version, task.src)]) ?? handlers[task.src];
}

/** The name of the handler of a task with its own work. */
export function ownTaskName(workflow: string, version: number, src: string): string {
  return `${workflow}@${version}/${src}`;
}

/** A task with its own work, and its place. */
export interface PlacedTask {
  readonly workflow: Workflow;
  /** The name by which the machine invokes it. */
  readonly src: string;
  readonly own: OwnTask;
}

/** Every task with its own work. */
export function ownTasksOf(workflows: readonly Workflow[]): PlacedTask[] {
  return workflows.flatMap((workflow) =>
    Object.entries(workflow.machine.implementations.actors).flatMap(([src, logic]: [string, unknown]) => {
      const own = ownTaskOf(logic);
      return own === null ? [] : [{ workflow, src, own }];
    }),
  );
}

/** The outcomes that a task can end with: those that it declares itself, or those that its workflow declares. */
export function outcomesOf({ machine, outcomes = {} }: Workflow, { src, detached }: Pick<Task, 'src' | 'detached'>): readonly string[] {
  const own = detached ? null : ownTaskOf(machine.implementations.actors[src]);
  return own?.outcomes ?? outcomes[src] ?? [];
}

/** The handlers of the tasks whose work is a function. */
export function ownHandlers(workflows: readonly Workflow[]): Handlers {
  return Object.fromEntries(
    ownTasksOf(workflows).flatMap(({ workflow, src, own }) =>
      own.kind === 'run' ? [[ownTaskName(workflow.name, workflow.version, src), runHandler(own)]] : [],
    ),
  );
}

/** The limits of a task's attempts, as its handler has them. */
export function limitsOf(own: OwnTask): Pick<TaskHandler, 'timeoutMs' | 'retryDelaysMs'> {
  const pauses = pausesOf(own);
  return {
    ...(own.timeout === undefined ? {} : { timeoutMs: own.timeout }),
    ...(pauses === undefined ? {} : { retryDelaysMs: pauses }),
  };
}

function runHandler(own: RunTask): TaskHandler {
  return {
    ...limitsOf(own),
    run: async ({ input, personal: data, sessionId, key, attempt, deadlines }, signal) =>
      failedByInput(own, input) ?? resultOf(await own.run({ input, data, sessionId, key, attempt, deadlines }, signal), own),
  };
}

/** @param returned the value that the author's function returned, which in JavaScript can be anything */
function resultOf(returned: unknown, { outcomes }: OwnTask): TaskResult {
  if (typeof returned === 'string') return doneWith(returned, undefined, outcomes);
  const { outcome, data, failed, retry, afterMs } = (returned ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof failed === 'string') return { outcome: 'failed', reason: failed };
  if (typeof retry === 'string')
    return { outcome: 'retry', reason: retry, ...(typeof afterMs === 'number' ? { retryAfterMs: afterMs } : {}) };
  return doneWith(outcome, data, outcomes);
}

/** The end with an outcome. An outcome that the machine does not know fails the task: its guards would leave the session where it is. */
export function doneWith(outcome: unknown, data: unknown, outcomes: readonly string[]): TaskResult {
  if (typeof outcome !== 'string' || !outcomes.includes(outcome)) {
    const given = typeof outcome === 'string' && /^[\w-]{1,40}$/.test(outcome) ? `the outcome '${outcome}'` : 'no outcome';
    return { outcome: 'failed', reason: `it ended with ${given}, and not with one of those that it declares: ${outcomes.join(', ')}` };
  }
  if (data === undefined) return { outcome: 'done', output: { outcome } };
  return areTaskData(data)
    ? { outcome: 'done', output: { outcome }, personal: data }
    : { outcome: 'failed', reason: `its data are wrong. Expected: ${taskDataFault(data)}` };
}
