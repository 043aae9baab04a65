/** The end of every attempt at a task: the task is done, failed, due for a retry, or awaits its child. Pure, like a step. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { ChildEnded } from '../children/child-tasks.ts';
import { TaskOver } from '../errors.ts';
import { personalOf, withPersonal } from '../personal.ts';
import type { Personal, TaskResult, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { type Step, step } from '../steps/step.ts';
import type { Task } from '../task.ts';
import { type Handlers, handlerOf } from './handlers.ts';
import { retryPolicyOf } from './retry-policy.ts';

/** The end of an attempt, as reported to its session. */
export interface AttemptEnded {
  readonly kind: 'attempt-ended';
  readonly generation: number;
  /** The number of the attempt. */
  readonly attempt: number;
  /** `handed-back`: the process stops, and any other process may begin the next attempt at once. */
  readonly result: TaskResult | { readonly outcome: 'handed-back' };
  /** From 0 (inclusive) to 1. Spreads the retries of tasks that failed together. */
  readonly random: number;
}

/** The answer of another machine to a task. */
export interface TaskAnswer {
  readonly kind: 'task-answered';
  readonly generation: number;
  readonly result: Extract<TaskResult, { readonly outcome: 'done' | 'failed' }>;
  /** From 0 (inclusive) to 1. Spreads the retries of tasks that failed together. */
  readonly random: number;
}

export interface AttemptEndDeps {
  readonly handlers: Handlers;
  readonly vault: Vault;
}

/**
 * @param session after its due timers
 * @returns the session after the end of an attempt or of a child; unchanged if its task has left the session
 */
export function endAttempt(workflow: Workflow, session: Session, ended: AttemptEnded | ChildEnded, at: number, deps: AttemptEndDeps): Step {
  const task = session.tasks.find(({ generation }) => generation === ended.generation);
  if (!task) return unchanged(session);
  if (ended.kind === 'child-ended') return finishTask(workflow, session, task, { output: ended.end, personal: ended.personal }, at, deps);
  const { result } = ended;
  switch (result.outcome) {
    case 'done':
      return finishTask(workflow, session, task, { output: result.output ?? null, personal: result.personal ?? {} }, at, deps);
    case 'awaits':
      return awaitChild(session, task, result.child);
    case 'deferred':
      return awaitAnswer(session, task, result.until);
    case 'failed':
      return task.lasting
        ? retryTask(workflow, session, task, { ended, reason: result.reason }, at, deps)
        : failTask(workflow, session, task, result.reason, at);
    case 'retry':
      return retryTask(workflow, session, task, { ended, reason: result.reason, afterMs: result.retryAfterMs }, at, deps);
    case 'handed-back':
      return waiting(session, task, ended.attempt, at);
    default:
      return result satisfies never;
  }
}

/** The machine hears that the task failed. */
export function failTask(workflow: Workflow, session: Session, { generation }: Task, reason: string, at: number): Step {
  return step(workflow, session, { kind: 'task-failed', generation, reason }, at);
}

/** The machine hears that the task is done, and the session takes the personal details of the result. */
function finishTask(
  workflow: Workflow,
  session: Session,
  task: Task,
  { output, personal }: { readonly output: unknown; readonly personal: Personal },
  at: number,
  { vault }: AttemptEndDeps,
): Step {
  const stepped = step(workflow, session, { kind: 'task-done', generation: task.generation, output }, at);
  const given = task.child === undefined ? personal : sharedWith(workflow, task, personal);
  if (task.detached || Object.keys(given).length === 0 || stepped.session.sealed === null) return stepped;
  return { ...stepped, session: withPersonal(stepped.session, { ...personalOf(stepped.session, vault), ...given }, vault) };
}

/** The personal details that the workflow takes from a child, by the names in the parent's workflow. */
function sharedWith({ children = {} }: Workflow, { src }: Task, personal: Personal): Personal {
  const shared = Object.entries(children[src]?.shares ?? {}).map(([own, name]) => [name, personal[own]]);
  return Object.fromEntries(shared.filter(([, value]) => value !== undefined));
}

/** The first attempt that finds the child decides; later ones change nothing. */
function awaitChild(session: Session, task: Task, child: string): Step {
  return typeof task.child === 'string' ? unchanged(session) : unchanged(withChanged(session, task, { child, retryAt: null }));
}

/** The first attempt that is told to wait decides; an answer that came before has removed the task. */
function awaitAnswer(session: Session, task: Task, answerBy: number): Step {
  return task.answerBy === undefined ? unchanged(withChanged(session, task, { answerBy, retryAt: null })) : unchanged(session);
}

/**
 * The answer of another machine, as the end of its task. The answer may come before the attempt has ended that asked for it.
 * @throws TaskOver if no such task is pending
 */
export function takeAnswer(
  workflow: Workflow,
  session: Session,
  { generation, result, random }: TaskAnswer,
  at: number,
  deps: AttemptEndDeps,
): Step {
  const task = session.tasks.find((each) => each.generation === generation);
  if (!task || task.detached || task.child !== undefined) throw new TaskOver(`The task ${generation} is over`);
  if (result.outcome === 'done') {
    return finishTask(workflow, session, task, { output: result.output ?? null, personal: result.personal ?? {} }, at, deps);
  }
  if (!task.lasting) return failTask(workflow, session, task, result.reason, at);
  const { answerBy: _, ...asked } = task;
  const pause = retryPolicyOf(task, handlerOf(deps.handlers, session, task)).pauseMs(task.attempts, random);
  return unchanged({ ...session, tasks: session.tasks.map((other) => (other === task ? { ...asked, retryAt: at + pause } : other)) });
}

interface Failure {
  readonly ended: AttemptEnded;
  readonly reason: string;
  /** The pause that the handler requests; undefined for the pause of the retry policy. */
  readonly afterMs?: number | undefined;
}

function retryTask(
  workflow: Workflow,
  session: Session,
  task: Task,
  { ended: { attempt, random }, reason, afterMs }: Failure,
  at: number,
  { handlers }: AttemptEndDeps,
): Step {
  const policy = retryPolicyOf(task, handlerOf(handlers, session, task));
  if (attempt >= policy.mostAttempts) return failTask(workflow, session, task, reason, at);
  return waiting(session, task, attempt, at + (afterMs ?? policy.pauseMs(attempt, random)));
}

/** The lease of this attempt may have run out and another process may have begun the next attempt: then nothing changes. */
function waiting(session: Session, task: Task, attempt: number, retryAt: number): Step {
  const isOver = typeof task.child === 'string' || task.answerBy !== undefined || task.attempts !== attempt || task.retryAt !== null;
  return unchanged(isOver ? session : withChanged(session, task, { retryAt }));
}

function withChanged(session: Session, task: Task, change: Partial<Task>): Session {
  return { ...session, tasks: session.tasks.map((other) => (other === task ? { ...task, ...change } : other)) };
}

/** The session without an event for the machine. */
function unchanged(session: Session): Step {
  return { session, history: [], rejection: null };
}
