/** All mutants, in an order that never changes. */
import { policyProfiles } from '../../machines/policy.ts';
import { registry } from '../../machines/registry.ts';
import { machineMutants } from './machine-mutants.ts';
import type { Mutant } from './mutant.ts';
import { stepMutants } from './step-mutants.ts';

export function allMutants(): Mutant[] {
  const [first] = registry;
  // What the step does wrong shows with any machine.
  const ofStep = first ? stepMutants(first.of(policyProfiles.seed)) : [];
  return [...registry.flatMap((definition) => machineMutants(definition, policyProfiles.seed)), ...ofStep];
}
