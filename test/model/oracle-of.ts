/** Who watches which workflow. */
import { Oracle } from './oracle.ts';
import { SetupOracle } from './setup-oracle.ts';
import { SupportOracle } from './support-oracle.ts';
import type { Facts } from './testimony.ts';

export type AnyOracle = Oracle | SetupOracle | SupportOracle;

export function oracleOf(facts: Facts, startedAt: number): AnyOracle {
  if (facts.isSetUp) return new SetupOracle(facts, startedAt);
  return facts.isAboutLeave ? new SupportOracle(facts, startedAt) : new Oracle(facts, startedAt);
}
