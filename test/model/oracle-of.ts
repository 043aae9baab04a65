/** The oracle of each workflow. */
import { ChangeOracle } from './change-oracle.ts';
import type { Facts } from './observation.ts';
import { Oracle } from './oracle.ts';
import { SetupOracle } from './setup-oracle.ts';
import { SupportOracle } from './support-oracle.ts';

export type AnyOracle = Oracle | ChangeOracle | SetupOracle | SupportOracle;

export function oracleOf(facts: Facts, startedAt: number): AnyOracle {
  if (facts.isChange) return new ChangeOracle(facts, startedAt);
  if (facts.isSetUp) return new SetupOracle(facts, startedAt);
  return facts.asksForPermission ? new SupportOracle(facts, startedAt) : new Oracle(facts, startedAt);
}
