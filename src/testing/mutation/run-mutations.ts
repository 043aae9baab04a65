/** The mutation test of several workflows, with a line for each broken version that is not noticed: for a command. */
import { type ModelOptions, modelOf } from '../model-checks.ts';
import { machineMutants } from './machine-mutants.ts';
import { noticedBy } from './mutate.ts';

export interface MutationRun extends Pick<ModelOptions, 'modules' | 'figures' | 'mostSteps'> {
  /** The workflows to break. */
  readonly names: readonly string[];
  readonly say: (line: string) => void;
  /** Prints a line about a broken version that is not noticed. */
  readonly complain: (line: string) => void;
}

/** A broken version whose graph is several times as large as that of the workflow has lost a limit. */
const mostSteps = 30_000;

/** @returns the number of broken versions that no rule and no promise notices */
export function runMutations({ names, say, complain, ...options }: MutationRun): number {
  let missed = 0;
  for (const name of names) {
    const { definition, figures, observed } = modelOf(name, options);
    const fault = noticedBy(observed, figures, options.mostSteps ?? mostSteps);
    if (fault !== null)
      throw new Error(`The workflow '${name}' itself breaks a rule or promise, so its broken versions mean nothing: ${fault}`);
    const mutants = machineMutants(definition, figures);
    say(`${name}: ${mutants.length} broken versions`);
    let found = 0;
    for (const [index, mutant] of mutants.entries()) {
      const by = noticedBy({ ...observed, workflow: mutant.workflow }, figures, options.mostSteps ?? mostSteps);
      if (by === null) complain(`MISSED  ${mutant.name}`);
      else found += 1;
      if ((index + 1) % progressEvery === 0) say(`${name}: ${index + 1} of ${mutants.length} tried`);
    }
    missed += mutants.length - found;
    say(
      `${name}: ${found} of ${mutants.length} are noticed${found < mutants.length ? '. A promise about each of the others would notice it' : ''}`,
    );
  }
  return missed;
}

/** A line of progress takes some seconds. */
const progressEvery = 50;
