/** The end of a task whose input does not fit the schema that the task declares. */
import { inputFault, type OwnTask } from '../../../machines/workflow.ts';
import type { TaskResult } from '../ports.ts';

/**
 * Such an input is a mistake in the machine, which every attempt would meet again. So the task fails for good before its work, and the
 * machine's `onError` decides.
 * @returns null for an input that fits
 */
export function failedByInput(own: Pick<OwnTask, 'input'>, input: unknown): TaskResult | null {
  const reason = inputFault(own, input);
  return reason === null ? null : { outcome: 'failed', reason };
}
