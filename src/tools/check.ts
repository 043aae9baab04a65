/** `check`: checks the workflows of modules as the start of the service does, with every profile of figures. */
import { valuesOf } from '../../machines/figures.ts';
import { checkMachine } from '../engine/checks/machine-check.ts';
import { faultLine, WorkflowRefused } from '../engine/machines/fault.ts';
import { assemble } from '../modules/assembly.ts';
import type { Module } from '../modules/module.ts';
import { ModuleError } from '../modules/module-error.ts';
import { workflowsOf } from '../service/design.ts';

/** @returns one line for each fault */
export function faultsOf(modules: readonly Module[]): string[] {
  const lines = (['default', 'strict'] as const).flatMap((profile) => {
    try {
      const assembly = assemble(modules);
      const workflows = workflowsOf(assembly, valuesOf(assembly.figures, profile));
      return workflows.all().flatMap((workflow) => checkMachine(workflow, workflows.all()).map(faultLine));
    } catch (error) {
      if (!(error instanceof ModuleError || error instanceof WorkflowRefused)) throw error;
      return error.message.split('\n');
    }
  });
  return [...new Set(lines)];
}
