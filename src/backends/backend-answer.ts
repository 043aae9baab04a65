/** The answer of a backend to a task: an outcome, with personal details if there are any, or a failure for good. */
import type { TaskResult } from '../engine/ports.ts';
import { doneWith } from '../engine/tasks/handlers.ts';
import { taskDataFault } from '../engine/tasks/task-data.ts';

export type BackendAnswer = Extract<TaskResult, { readonly outcome: 'done' | 'failed' }>;

/** Why an answer can't be taken. The message is for the author of the backend. */
export interface AnswerFault {
  readonly kind: 'unknown-outcome' | 'invalid';
  /** The JSON pointer to the fault. */
  readonly path: string;
  readonly message: string;
}

/** A reason is one line of a log. */
const longestReason = 200;

/** @param value the parsed JSON of the backend */
export function answerIn(value: unknown, outcomes: readonly string[]): BackendAnswer | { readonly fault: AnswerFault } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid('', 'An object with the member outcome, or with the member failed');
  const { outcome, failed, data } = value as Readonly<Record<string, unknown>>;
  if ((outcome === undefined) === (failed === undefined)) return invalid('', 'Either the member outcome or the member failed');
  if (failed !== undefined) {
    return typeof failed === 'string' && failed !== ''
      ? { outcome: 'failed', reason: `the backend: ${failed.replace(/[^\x20-\x7e]/g, ' ').slice(0, longestReason)}` }
      : invalid('/failed', 'A text with the reason of the failure');
  }
  if (typeof outcome !== 'string' || !outcomes.includes(outcome))
    return { fault: { kind: 'unknown-outcome', path: '/outcome', message: `One of ${outcomes.join(', ')}` } };
  const fault = data === undefined ? null : taskDataFault(data);
  if (fault !== null) return invalid('/data', fault);
  return doneWith(outcome, data, outcomes) as BackendAnswer;
}

function invalid(path: string, message: string): { readonly fault: AnswerFault } {
  return { fault: { kind: 'invalid', path, message } };
}
