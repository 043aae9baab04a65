/** Who watches which workflow. */
import { Oracle } from './oracle.ts';
import { SupportOracle } from './support-oracle.ts';
import type { Facts } from './testimony.ts';

export type AnyOracle = Oracle | SupportOracle;

export function oracleOf(facts: Facts, startedAt: number): AnyOracle {
  return facts.isAboutLeave ? new SupportOracle(facts, startedAt) : new Oracle(facts, startedAt);
}
