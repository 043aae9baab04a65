/** Workflows for tests of the engine: the real ones, with the product's own figures. */
import { policyProfiles } from '../../machines/policy.ts';
import { registry } from '../../machines/registry.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/workflows.ts';

export const { seed } = policyProfiles;

export const workflows = new Workflows(registry, seed);

export function workflowNamed(name: string): Workflow {
  const workflow = workflows.latest().find((candidate) => candidate.name === name);
  if (!workflow) throw new Error(`No workflow '${name}'`);
  return workflow;
}
