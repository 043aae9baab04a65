/** Invariants of every reachable configuration of a session, at every exact time and for every result of its tasks. */
import { describe, expect, test } from 'vitest';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { factsOf } from './facts.ts';
import { invariants } from './invariants.ts';
import type { Sized } from './size.ts';

/** Makes the tests, a suite per workflow. */
export function holdInvariants(sized: readonly Sized[]): void {
  describe.each(sized.map((each) => [each.workflow.name, each] as const))('%s', (name, { workflow, limits }) => {
    const graph = exploreSteps(workflow, { times: 'exact', ends: 'any' });

    test.each(invariants.map((invariant) => [invariant.name, invariant] as const))('%s', (_, { broken }) => {
      expect(broken(graph, workflow, factsOf(name, limits))).toEqual([]);
    });
  });
}
