/** What holds in every configuration, at every exact time, that a session of any registered workflow can come into. */
import { describe, expect, test } from 'vitest';
import { workflows } from '../support/workflows.ts';
import { factsOf } from './facts.ts';
import { invariants } from './invariants.ts';
import { exploreSteps } from './step-graph.ts';

describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (name, workflow) => {
  const graph = exploreSteps(workflow, { times: 'exact' });

  test.each(invariants.map((invariant) => [invariant.name, invariant] as const))('%s', (_, { broken }) => {
    expect(broken(graph, workflow, factsOf(name))).toEqual([]);
  });
});
