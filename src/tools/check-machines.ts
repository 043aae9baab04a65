/** `npm run machines`: checks the built-in workflows, as the start of the service does, in every profile. Prints a line for each fault. */
import { valuesOf } from '../../machines/figures.ts';
import { faultLine } from '../engine/fault.ts';
import { checkMachine } from '../engine/machine-check.ts';
import { Workflows } from '../engine/workflows.ts';
import { assemble } from '../modules/assembly.ts';
import { builtInModules } from '../modules/built-in.ts';
import { ModuleError } from '../modules/module-error.ts';
import { checkWorkflows } from '../modules/workflow-check.ts';

const lines = (['default', 'strict'] as const).flatMap((profile) => {
  try {
    const assembly = assemble(builtInModules());
    const workflows = new Workflows(assembly.workflows, valuesOf(assembly.figures, profile));
    checkWorkflows(workflows, assembly);
    return workflows.all().flatMap((workflow) => checkMachine(workflow, workflows.all()).map(faultLine));
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    return [error.message];
  }
});
for (const line of new Set(lines)) process.stderr.write(`${line}\n`);
process.exitCode = lines.length === 0 ? 0 : 1;
