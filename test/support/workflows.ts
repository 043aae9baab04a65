/** Workflows for tests of the engine: the real ones, with the product's own figures. */
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import { Workflows } from '../../src/engine/machines/workflows.ts';
import { assemble } from '../../src/modules/assembly.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import { policyProfiles } from './policy.ts';

export const { seed } = policyProfiles;

/** The workflows of the built-in modules. */
export const registry: readonly WorkflowDefinition[] = assemble(builtInModules()).workflows;

/** These workflows have the machine of `passkey-registration` with fewer transitions. */
export const sameMachine: readonly string[] = ['authenticator-registration', 'backup-code-replacement'];

export const workflows = new Workflows(registry, seed);

export function workflowNamed(name: string): Workflow {
  const workflow = workflows.latest().find((candidate) => candidate.name === name);
  if (!workflow) throw new Error(`No workflow '${name}'`);
  return workflow;
}
