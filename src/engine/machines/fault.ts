/** A fault of a workflow, with its place. */

export interface Fault {
  readonly workflow: string;
  /** The path of the state; empty for the machine as a whole. */
  readonly state: string;
  readonly fault: string;
}

/** One line for an operator. */
export function faultLine({ workflow, state, fault }: Fault): string {
  return `Workflow '${workflow}'${state === '' ? '' : `, state '${state}'`}: ${fault}`.replaceAll(/\s+/g, ' ');
}

/** A workflow uses a feature that the engine does not run, or its machine fails. Only its author can correct it. */
export class WorkflowRefused extends Error {
  override readonly name = 'WorkflowRefused';
}
