/** Tasks of machines: what is done outside, and how the machine hears of its end. */
import type { ActorLogic, EventObject, Snapshot } from 'xstate';
import type { OutcomeFrom } from './machine-types.ts';

/** The logic of an invoked task: what it is given, and its result. */
export type TaskLogic<Input = unknown, Output = unknown> = ActorLogic<Snapshot<Output>, EventObject, Input>;

/**
 * The logic of an invoked task. It has no behaviour: the engine sees the invocation as data, runs the
 * task of that name outside, and gives its end back to the machine as the done or error event.
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
 * The end of a task, as its machine hears it: `output` is the result of the handler, and `outcome` the member of that name.
 * @template Id of the invocation
 */
export interface TaskDone<Id extends string, Output = unknown, Outcome extends string = OutcomeFrom<Output>> {
  type: `xstate.done.actor.${Id}`;
  actorId: Id;
  output: Output;
  outcome: Outcome;
}

/**
 * The failure of a task, as its machine hears it.
 * @template Id of the invocation
 */
export interface TaskFailed<Id extends string> {
  type: `xstate.error.actor.${Id}`;
  actorId: Id;
  error: { readonly code: string; readonly message: string };
  reason: string;
}

const tasks = new WeakSet<object>();

/** True for the logic of an actor that `task` made. Other logic would run in memory, and end with its process. */
export function isTask(logic: unknown): boolean {
  return typeof logic === 'object' && logic !== null && tasks.has(logic);
}
