/** The tasks whose answer from outside is overdue. */
import type { Task } from '../task.ts';

/** The task whose answer is late first; null if none is late by then. */
export function firstUnanswered(tasks: readonly Task[], at: number): Late | null {
  let first: Late | null = null;
  for (const task of tasks) if (isLate(task) && task.answerBy <= at && (first === null || task.answerBy < first.answerBy)) first = task;
  return first;
}

export type Late = Task & { readonly answerBy: number };

function isLate(task: Task): task is Late {
  return task.answerBy !== undefined;
}
