/** Checks that providers fit the channels, and that resolvers and tasks, once opened, can do what the workflows need. */
import { faultLine } from '../engine/machines/fault.ts';
import type { Workflows } from '../engine/machines/workflows.ts';
import type { Resolver, TaskHandler } from '../engine/ports.ts';
import { longestTimeoutMs } from '../engine/task-limits.ts';
import { requestProblemCodes } from '../http/problems/problem.ts';
import type { Assembly } from './assembly.ts';
import type { ConfiguredProvider } from './host.ts';
import { namesInMachine } from './machine-names.ts';
import { ModuleError } from './module-error.ts';
import { payloadFaults } from './payload-check.ts';
import { longestRetryDelayMs } from './task-check.ts';

interface Implementations {
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly tasks: Readonly<Record<string, TaskHandler>>;
}

/** @throws ModuleError for providers of a channel that no module brings: a misspelt channel would never have a provider */
export function checkProviders(providers: Readonly<Record<string, ConfiguredProvider>>, { channels }: Pick<Assembly, 'channels'>): void {
  const faults = Object.entries(providers).flatMap(([name, provider]) =>
    provider.channels
      .filter((channel) => !Object.hasOwn(channels, channel))
      .map((channel) => `No module brings the channel '${channel}', which the provider '${name}' serves`),
  );
  if (faults.length > 0) throw new ModuleError(faults);
}

/**
 * Compares the resolvers and tasks of the open modules with the needs of the workflows, and with the names that the modules bring.
 * @throws ModuleError that names each fault in a line
 */
export function checkImplementations(
  workflows: Workflows,
  { resolvers, tasks }: Implementations,
  known: Pick<Assembly, 'refusals' | 'details'>,
): void {
  const faults = [...workflows.latest(), ...workflows.older()].flatMap(({ name, start, events }) => {
    const found: string[] = [];
    if (typeof start.resolver === 'string' && !resolvers[start.resolver]?.start)
      found.push(
        faultLine({
          workflow: name,
          state: '',
          fault: `the start names the resolver '${start.resolver}', which reads only the bodies of events`,
        }),
      );
    for (const [type, { resolver }] of Object.entries(events)) {
      if (typeof resolver === 'string' && !resolvers[resolver]?.event)
        found.push(
          faultLine({
            workflow: name,
            state: '',
            fault: `the event ${type} names the resolver '${resolver}', which reads only the bodies of starts`,
          }),
        );
    }
    return found;
  });
  const kept = new Set(workflows.all().flatMap(({ data = {} }) => Object.keys(data)));
  for (const [name, { refusals = [], details = [] }] of Object.entries(resolvers)) {
    const codes = refusals.filter((code) => !Object.hasOwn(known.refusals, code) && !requestProblemCodes.includes(code));
    faults.push(...codes.map((code) => `No module brings the refusal '${code}', which the resolver '${name}' lists`));
    const unknown = details.filter((detail) => !Object.hasOwn(known.details, detail) && !kept.has(detail));
    faults.push(...unknown.map((detail) => `No module brings the detail '${detail}', which the resolver '${name}' reads`));
  }
  faults.push(...delayFaults(workflows, tasks));
  faults.push(...payloadFaults([...workflows.latest(), ...workflows.older()], resolvers));
  for (const [name, { timeoutMs, retryDelaysMs }] of Object.entries(tasks)) {
    const unusable = (retryDelaysMs ?? []).find((delay) => !(delay >= 0 && delay <= longestRetryDelayMs));
    if (unusable !== undefined)
      faults.push(`The task '${name}' waits ${unusable} ms between attempts; it must be 0 to ${longestRetryDelayMs}`);
    if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= longestTimeoutMs))
      faults.push(`The task '${name}' has a time-out of ${timeoutMs} ms; it must be above 0 and at most ${longestTimeoutMs}`);
  }
  if (faults.length > 0) throw new ModuleError(faults);
}

/** The machines that lack a delay on which one of their tasks depends. */
function delayFaults(workflows: Workflows, tasks: Implementations['tasks']): string[] {
  return [...workflows.latest(), ...workflows.older()].flatMap(({ name: workflow, machine }) =>
    namesInMachine(machine).flatMap((found) => {
      if (found.kind !== 'task') return [];
      const missing = (tasks[found.name]?.delays ?? []).filter((delay) => !Object.hasOwn(machine.implementations.delays, delay));
      return missing.map((delay) =>
        faultLine({
          workflow,
          state: found.state,
          fault: `the task '${found.name}' needs the delay '${delay}', which the machine does not define`,
        }),
      );
    }),
  );
}
