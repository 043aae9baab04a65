/** `check`: checks the workflows of modules as the start of the service does, with every profile of figures. */
import { valuesOf } from '../../machines/figures.ts';
import { checkMachine } from '../engine/checks/machine-check.ts';
import { faultLine } from '../engine/machines/fault.ts';
import { Workflows } from '../engine/machines/workflows.ts';
import { assemble } from '../modules/assembly.ts';
import { checkFigures } from '../modules/figure-check.ts';
import type { Module } from '../modules/module.ts';
import { ModuleError } from '../modules/module-error.ts';
import { checkWorkflows } from '../modules/workflow-check.ts';

/** @returns one line for each fault */
export function faultsOf(modules: readonly Module[]): string[] {
  const lines = (['default', 'strict'] as const).flatMap((profile) => {
    try {
      const assembly = assemble(modules);
      const figures = valuesOf(assembly.figures, profile);
      checkFigures(assembly.workflows, figures);
      const workflows = new Workflows(assembly.workflows, figures);
      checkWorkflows(workflows, assembly);
      return workflows.all().flatMap((workflow) => checkMachine(workflow, workflows.all()).map(faultLine));
    } catch (error) {
      if (!(error instanceof ModuleError)) throw error;
      return error.message.split('\n');
    }
  });
  return [...new Set(lines)];
}
