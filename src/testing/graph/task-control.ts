/**
 * The party that ends a task in a run. Each built-in task ends as it does in production, because the sandbox reaches it. The test plays all
 * other tasks by their declared outcomes: it holds each one, and ends it when the path says so.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { statesOf } from '../../engine/machines/xstate-transition.ts';
import type { Task } from '../../engine/session.ts';

/**
 * `sandbox`: a delivery, which the sandbox delays or fails. `holder`: a child session, which its holder ends. `service`: a built-in task
 * that succeeds at once, so that nothing can happen in between. `test`: a task that the test ends.
 */
export type Control = 'sandbox' | 'holder' | 'service' | 'test';

/** The deliveries that the sandbox can delay or fail. */
const delivery = 'deliverCode';

/** The tasks of the built-in modules that end at once. Their outcomes depend on accounts. */
const builtInTasks: ReadonlySet<string> = new Set(['createAccount', 'applyChange', 'exchangeGrant', 'enrolFactor', 'renewSecondFactor']);

export function controlOf({ src, child }: Pick<Task, 'src' | 'child'>): Control {
  return child === undefined ? controlOfSource(src) : 'holder';
}

/** The control of a task that is no child session. */
export function controlOfSource(src: string): Control {
  if (src === delivery) return 'sandbox';
  return builtInTasks.has(src) ? 'service' : 'test';
}

/** True if the workflow has a task that the test plays. */
export function playsTasks({ machine, children = {} }: Workflow): boolean {
  const sessions = Object.entries(children).map(([name, { as = name }]) => as);
  const sources = statesOf(machine).flatMap(({ invoke }) => invoke.map(({ src }) => String(src)));
  return sources.some((src) => !sessions.includes(src) && controlOfSource(src) === 'test');
}
