/** The tasks of machines: work outside the machine, and its end as an event. */
import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import type { OutcomeFrom } from './machine-types.ts';

/** The logic of an invoked task: the types of its input and its result. */
export type TaskLogic<Input = unknown, Output = unknown> = ActorLogic<Snapshot<Output>, EventObject, Input>;

/**
 * The logic of an invoked task. It has no behaviour: the engine reads the invocation as data, runs the task outside, and returns its end to
 * the machine as the done or error event.
 */
export function task<Input, Output = unknown>(): TaskLogic<Input, Output> {
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
 */
export interface TaskDone<Id extends string, Output = unknown, Outcome extends string = OutcomeFrom<Output>> {
  type: `xstate.done.actor.${Id}`;
  actorId: Id;
  output: Output;
  outcome: Outcome;
}

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
