/** The context of a session before its first event. */
import type { Context, Workflow } from '../../../machines/workflow.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import { startSession } from '../../engine/steps/step.ts';

export function initialContext(workflow: Workflow): Context {
  return startSession(workflow, exampleStart(workflow), null, 0).session.context;
}
