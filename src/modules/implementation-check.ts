/** Checks that resolvers and tasks, once opened, can do what the workflows need. */
import { faultLine } from '../engine/machines/fault.ts';
import type { Workflows } from '../engine/machines/workflows.ts';
import type { Resolver, TaskHandler } from '../engine/ports.ts';
import { longestTimeoutMs } from '../engine/task-limits.ts';
import { ModuleError } from './module-error.ts';

/** A task with a longer pause should be a timer of the machine. */
const longestRetryDelayMs = 24 * 60 * 60 * 1000;

interface Implementations {
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly tasks: Readonly<Record<string, TaskHandler>>;
}

/**
 * Compares the resolvers and tasks of the open modules with the needs of the workflows.
 * @throws ModuleError that names each fault in a line
 */
export function checkImplementations(workflows: Workflows, { resolvers, tasks }: Implementations): void {
  const faults = [...workflows.latest(), ...workflows.older()].flatMap(({ name, start, events }) => {
    const found: string[] = [];
    if (start.resolver !== null && !resolvers[start.resolver]?.start)
      found.push(
        faultLine({ workflow: name, state: '', fault: `the resolver '${start.resolver}' reads events, and is named by the start` }),
      );
    for (const [type, { resolver }] of Object.entries(events)) {
      if (resolver !== null && !resolvers[resolver]?.event)
        found.push(
          faultLine({ workflow: name, state: '', fault: `the resolver '${resolver}' reads starts, and is named by the event ${type}` }),
        );
    }
    return found;
  });
  for (const [name, { timeoutMs, retryDelaysMs }] of Object.entries(tasks)) {
    const unusable = (retryDelaysMs ?? []).find((delay) => !(delay >= 0 && delay <= longestRetryDelayMs));
    if (unusable !== undefined)
      faults.push(`The task '${name}' waits ${unusable} ms between attempts; it must be 0 to ${longestRetryDelayMs}`);
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= longestTimeoutMs))
      faults.push(`The task '${name}' has a time-out of ${timeoutMs} ms; it must be above 0 and at most ${longestTimeoutMs}`);
  }
  if (faults.length > 0) throw new ModuleError(faults);
}
