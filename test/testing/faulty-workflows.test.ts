/** Faults of an author's workflow, and the lines with which the model tests describe them. */
import { describe, expect, test } from 'vitest';
import type { Module } from '../../src/index.ts';
import { WorkflowModel } from '../../src/testing/model-checks.ts';
import { counting } from './counting.ts';

/** The messages of the failed checks that need no service. */
async function faultsOf(module: Module): Promise<string[]> {
  const checks = new WorkflowModel('counting', { modules: [module], mostSteps: 500 }).checks();
  const faults: string[] = [];
  for (const { name, run } of checks.filter((check) => !check.name.endsWith('over HTTP')))
    await run().catch((error: Error) => faults.push(`${name}: ${error.message}`));
  return faults;
}

describe('the model tests of a workflow', () => {
  test('pass without a fault', async () => {
    expect(await faultsOf(counting({}))).toEqual([]);
  });

  test('name the part of the context that makes the graph too large, and the event that raises it', async () => {
    const [first] = await faultsOf(counting({ most: 1_000_000 }));
    expect(first).toMatch(/more than 500 steps: the context's 'count' has \d+ values so far, raised by ADD: bound it with a guard/);
  });

  test('show the shortest path that breaks a promise', async () => {
    const faults = await faultsOf(counting({ promised: 2 }));
    expect(faults).toEqual([
      expect.stringMatching(/an event is accepted until its limit, and refused from then on: not so: ADD: .*accepted after 2 times/),
      expect.stringMatching(/its paths keep its promises: \d+ paths break promises\. The shortest: .*add is taken \(3 times\)/),
    ]);
  });
});
