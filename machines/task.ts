/** A task that a machine invokes: its logic, its end as an event, and for a task of one workflow also its work. */
import type { Static, TSchema, TUndefined } from '@sinclair/typebox';
import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import type { OutcomeFrom } from './machine-types.ts';
import { type OwnTask, type RunResult, type TaskCall, type TaskLimits, usualAnswerMs } from './own-task.ts';

export { type BackendTask, mostTaskAttempts, type OwnTask, pausesOf, type RunResult, type RunTask, type TaskCall } from './own-task.ts';

/** The logic of an invoked task: the types of its input and its result. */
export type TaskLogic<Input = unknown, Output = unknown> = ActorLogic<Snapshot<Output>, EventObject, Input>;

/** The logic of a task that brings its own work, so that no module brings a handler of its name. */
export interface OwnTaskLogic<Input = unknown, Outcome extends string = string> extends TaskLogic<Input, { readonly outcome: Outcome }> {
  readonly own: OwnTask;
}

/** The part that every task with its own work has. */
interface OwnTaskOptions<Outcome extends string, Schema extends TSchema> extends TaskLimits {
  /** The possible outcomes of the task: the alphabet of its done event. */
  readonly outcomes: readonly Outcome[];
  /** The schema of the input; absent for a task without input. */
  readonly input?: Schema;
}

/** The options of a task whose work is a function. */
export interface TaskOptions<Outcome extends string, Schema extends TSchema> extends OwnTaskOptions<Outcome, Schema> {
  /**
   * Runs one attempt. A thrown error counts as a retry.
   * @param signal aborts when the attempt is given up; the work must then stop
   */
  run(call: TaskCall<Static<Schema>>, signal: AbortSignal): RunResult<NoInfer<Outcome>> | PromiseLike<RunResult<NoInfer<Outcome>>>;
}

/**
 * The logic of an invoked task. It has no behaviour: the engine reads the invocation as data, runs the task outside, and returns its end to
 * the machine as the done or error event.
 * With options, the task belongs to its workflow alone and brings its own work. Without, a module brings the handler of its name.
 */
export function task<const Outcome extends string, Schema extends TSchema = TUndefined>(
  options: TaskOptions<Outcome, Schema>,
): OwnTaskLogic<Static<Schema>, Outcome>;
export function task<Input, Output = unknown>(): TaskLogic<Input, Output>;
export function task(options?: TaskOptions<string, TSchema>): unknown {
  return options === undefined ? inert() : ownTask({ ...options, kind: 'run' });
}

/** The options of a task that another backend does. */
export interface BackendOptions<Outcome extends string, Schema extends TSchema> extends OwnTaskOptions<Outcome, Schema> {
  /**
   * The name of the setting with the address of the backend, such as `RESERVATIONS_URL`. The secret of the signatures is the setting of the
   * same name that ends in `_SECRET`.
   */
  readonly url: string;
  /** The names of the personal details that the backend gets; none by default. */
  readonly data?: readonly string[];
  /** The time that the backend may take to answer later, in milliseconds; a day by default. After it, the task fails. */
  readonly answerWithin?: number;
}

/**
 * The logic of a task that another backend does: the service sends it a signed request. The backend answers at once, or later with a signed
 * callback.
 */
export function backendTask<const Outcome extends string, Schema extends TSchema = TUndefined>(
  options: BackendOptions<Outcome, Schema>,
): OwnTaskLogic<Static<Schema>, Outcome> {
  return ownTask({ ...options, kind: 'backend', answerWithin: options.answerWithin ?? usualAnswerMs });
}

/** The logic of a task with its own work. */
function ownTask<Input, Outcome extends string>(own: OwnTask): OwnTaskLogic<Input, Outcome> {
  return Object.assign(inert<Input, { readonly outcome: Outcome }>(), { own: Object.freeze(own) });
}

function inert<Input, Output>(): TaskLogic<Input, Output> {
  const logic: TaskLogic<Input, Output> = {
    transition: (state) => state,
    getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
    getPersistedSnapshot: (state) => state,
  };
  tasks.add(logic);
  return logic;
}

/**
 * The done event of a task: `output` is the result of the handler, and `outcome` its member of that name.
 * @template Id the id of the invocation
 * @template Output the result; for a task with its own work, the type of its logic (`typeof reserve`)
 */
export interface TaskDone<Id extends string, Output = unknown, Outcome extends string = OutcomeFrom<OutputIn<Output>>> {
  type: `xstate.done.actor.${Id}`;
  actorId: Id;
  output: OutputIn<Output>;
  outcome: Outcome;
}

type OutputIn<Output> = Output extends { readonly own: OwnTask }
  ? Output extends TaskLogic<never, infer Result>
    ? Result
    : never
  : Output;

/**
 * The error event of a task.
 * @template Id the id of the invocation
 */
export interface TaskFailed<Id extends string> {
  type: `xstate.error.actor.${Id}`;
  actorId: Id;
  error: { readonly code: string; readonly message: string };
  reason: string;
}

const tasks = new WeakSet<object>();

/** True for logic made by `task`. Other logic would run in memory and end with its process. */
export function isTask(logic: unknown): boolean {
  return typeof logic === 'object' && logic !== null && tasks.has(logic);
}

/** @returns the work that a task brings; null if a module brings its handler, and for logic that is no task */
export function ownTaskOf(logic: unknown): OwnTask | null {
  return isTask(logic) ? ((logic as Partial<OwnTaskLogic>).own ?? null) : null;
}
