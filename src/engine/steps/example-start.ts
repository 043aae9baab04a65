/** Starts of sessions that no caller asks for: the checks of a workflow and the examples of its reference run them. */
import type { Workflow } from '../../../machines/workflow.ts';
import type { NewSession } from './step.ts';

/** @returns a start for each input that the machine can get; one without input for a machine without input */
export function exampleStarts({ start: { inputs } }: Pick<Workflow, 'start'>): readonly NewSession[] {
  const blank: NewSession = { id: '', keyId: '', sealed: null, startFingerprint: null };
  return inputs === undefined ? [blank] : inputs.map((input) => ({ ...blank, input }));
}

/** The start with the first input. */
export function exampleStart(workflow: Pick<Workflow, 'start'>): NewSession {
  const [first] = exampleStarts(workflow);
  if (first === undefined) throw new Error('The inputs of a start are an empty list');
  return first;
}
