/** All mutants, in an order that never changes. */
import { registry } from '../../machines/registry.ts';
import { sizedTo } from '../model/size.ts';
import { machineMutants } from './machine-mutants.ts';
import type { Mutant } from './mutant.ts';
import { stepMutants } from './step-mutants.ts';

/** Several hundred mutants are explored and rehearsed: with graphs of this size, that takes seconds each. */
const size = { whole: 3000, reduced: 3000 };

/** What nobody has broken: if the tests find fault with it, what they find in mutants means nothing. */
export function soundVersions(): Mutant[] {
  return registry.map((definition) => {
    const { workflow, limits } = sizedTo(definition, size);
    return { name: `${workflow.name}: sound`, workflow, limits, stepper: null };
  });
}

export function allMutants(): Mutant[] {
  // A step that goes wrong shows with the machine that uses the most of it: the last one takes an event at its start, too.
  const last = soundVersions().at(-1);
  return [
    ...registry.flatMap((definition) => machineMutants(definition, sizedTo(definition, size).limits)),
    ...(last ? stepMutants(last) : []),
  ];
}
