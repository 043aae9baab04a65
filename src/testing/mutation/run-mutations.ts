/** The mutation test of several workflows, with a line for each broken version that is not noticed: for a command. */
import { type ModelOptions, modelOf } from '../model-checks.ts';
import { writeMutations } from '../report.ts';
import { behaviourOf } from './behaviour.ts';
import { machineMutants } from './machine-mutants.ts';
import { noticedBy } from './mutate.ts';

export interface MutationRun extends Pick<ModelOptions, 'modules' | 'figures'> {
  /** The workflows to break. */
  readonly names: readonly string[];
  readonly say: (line: string) => void;
  /** Prints a line about a broken version that is not noticed. */
  readonly complain: (line: string) => void;
}

/** A broken version whose graph is several times as large as that of the workflow has lost a limit. */
const mostSteps = 30_000;

/** A line of progress takes some seconds. */
const progressEvery = 50;

/**
 * Writes `coverage/mutation.json`: each broken version, and the rule or promise that notices it.
 * @returns the number of broken versions that behave differently, without a rule or a promise that notices it
 * @throws Error if a workflow itself breaks a rule or a promise
 */
export function runMutations({ names, say, complain, ...options }: MutationRun): number {
  const reports: Record<string, unknown> = {};
  let missed = 0;
  for (const name of names) {
    const { definition, figures, observed } = modelOf(name, options);
    const fault = noticedBy(observed, figures, mostSteps);
    if (fault !== null)
      throw new Error(`The workflow '${name}' itself breaks a rule or promise, so its broken versions mean nothing: ${fault}`);
    const mutants = machineMutants(definition, figures);
    say(`${name}: ${mutants.length} broken versions`);
    const behaviour = behaviourOf(observed.workflow, mostSteps);
    const counts = { noticed: 0, same: 0, missed: 0 };
    const versions: { readonly name: string; readonly result: keyof typeof counts; readonly by: string | null }[] = [];
    for (const [index, mutant] of mutants.entries()) {
      const by = noticedBy({ ...observed, workflow: mutant.workflow }, figures, mostSteps);
      const result = by !== null ? 'noticed' : behaviourOf(mutant.workflow, mostSteps) === behaviour ? 'same' : 'missed';
      counts[result] += 1;
      versions.push({ name: mutant.name, result, by });
      if (result === 'missed') complain(`MISSED  ${mutant.name}`);
      if ((index + 1) % progressEvery === 0) say(`${name}: ${index + 1} of ${mutants.length} tried`);
    }
    missed += counts.missed;
    reports[name] = { ...counts, versions };
    const advice = counts.missed === 0 ? '' : '. A promise about each would notice it';
    say(`${name}: ${counts.noticed} are noticed, ${counts.same} behave the same, ${counts.missed} are missed${advice}`);
  }
  writeMutations(reports);
  return missed;
}
