/** All mutants, in a fixed order. */
import { machineMutants } from '../../src/testing/mutation/machine-mutants.ts';
import { type Sized, sizedTo } from '../model/size.ts';
import { policyProfiles } from '../support/policy.ts';
import { registry, sameMachine } from '../support/workflows.ts';
import type { Mutant } from './mutant.ts';
import { stepMutants } from './step-mutants.ts';

/** The registrations of factors have one machine. */
const mutated = registry.filter(({ name }) => !sameMachine.includes(name));

/** Hundreds of mutants of each machine are explored and rehearsed: with graphs of this size, each takes a second. */
const size = { whole: 3000, reduced: 3000 };

/** The unbroken versions: if the tests find a fault in one, their findings in mutants mean nothing. */
export function soundVersions(): Mutant[] {
  return soundWorkflows().map((sound) => ({ name: `${sound.workflow.name}: sound`, workflows: [sound], stepper: null }));
}

export function allMutants(): Mutant[] {
  const machines = mutated.flatMap((definition) => {
    const { limits } = sizedTo(definition, size);
    const mutants = machineMutants(definition, { ...policyProfiles.seed, ...limits });
    return mutants.map(({ name, workflow }): Mutant => ({ name, workflows: [{ workflow, limits }], stepper: null }));
  });
  // A broken step shows with the machine that uses the broken part: each machine uses a part that others do not.
  return numbered([...machines, ...stepMutants(soundWorkflows())]);
}

function soundWorkflows(): Sized[] {
  return mutated.map((definition) => sizedTo(definition, size));
}

/** A branch may have two actions of one name. */
function numbered(mutants: readonly Mutant[]): Mutant[] {
  const times = new Map<string, number>();
  return mutants.map((mutant) => {
    const time = (times.get(mutant.name) ?? 0) + 1;
    times.set(mutant.name, time);
    return time === 1 ? mutant : { ...mutant, name: `${mutant.name} (${time})` };
  });
}
