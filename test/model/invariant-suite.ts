/** Invariants of every reachable configuration of a session, at every exact time and for every result of its tasks. */
import { describe, expect, test } from 'vitest';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { rulesOf } from '../../src/testing/promises/rules.ts';
import { factsOf } from './facts.ts';
import type { Sized } from './size.ts';

/** Makes the tests, a suite per workflow. */
export function holdInvariants(sized: readonly Sized[]): void {
  describe.each(sized.map((each) => [each.workflow.name, each] as const))('%s', (_name, { workflow, limits }) => {
    const graph = exploreSteps(workflow, { times: 'exact', ends: 'any' });
    const rules = rulesOf(workflow, factsOf(limits));

    test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, { broken }) => {
      expect(broken(graph)).toEqual([]);
    });
  });
}
