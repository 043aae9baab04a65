/** All mutants, in an order that never changes. */

import { type Sized, sizedTo } from '../model/size.ts';
import { registry } from '../support/workflows.ts';
import { machineMutants } from './machine-mutants.ts';
import type { Mutant } from './mutant.ts';
import { stepMutants } from './step-mutants.ts';

/** Hundreds of mutants of each machine are explored and rehearsed: with graphs of this size, that takes a second each. */
const size = { whole: 3000, reduced: 3000 };

/** What nobody has broken: if the tests find fault with it, what they find in mutants means nothing. */
export function soundVersions(): Mutant[] {
  return soundWorkflows().map((sound) => ({ name: `${sound.workflow.name}: sound`, workflows: [sound], stepper: null }));
}

export function allMutants(): Mutant[] {
  const machines = registry.flatMap((definition) => machineMutants(definition, sizedTo(definition, size).limits));
  // A step that goes wrong shows with the machine that uses what is broken: each uses something that others don't.
  return numbered([...machines, ...stepMutants(soundWorkflows())]);
}

function soundWorkflows(): Sized[] {
  return registry.map((definition) => sizedTo(definition, size));
}

/** One branch may do two things of one name. */
function numbered(mutants: readonly Mutant[]): Mutant[] {
  const times = new Map<string, number>();
  return mutants.map((mutant) => {
    const time = (times.get(mutant.name) ?? 0) + 1;
    times.set(mutant.name, time);
    return time === 1 ? mutant : { ...mutant, name: `${mutant.name} (${time})` };
  });
}
