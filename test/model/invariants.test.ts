/** What holds in every configuration, at every exact time, that a session of any registered workflow can come into, whatever its tasks do. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../machines/registry.ts';
import { factsOf } from './facts.ts';
import { invariants } from './invariants.ts';
import { sizedTo } from './size.ts';
import { exploreSteps } from './step-graph.ts';

/** With the product's own limits, exact times make millions of steps of a large machine. */
const size = { whole: 20_000, reduced: 20_000 };

describe.each(registry.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  const { workflow, limits } = sizedTo(definition, size);
  const graph = exploreSteps(workflow, { times: 'exact', ends: 'any' });

  test.each(invariants.map((invariant) => [invariant.name, invariant] as const))('%s', (_, { broken }) => {
    expect(broken(graph, workflow, factsOf(name, limits))).toEqual([]);
  });
});
