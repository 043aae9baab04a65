/**
 * `check`: checks the workflows of modules as the start of the service does, with every profile of figures. Without workflows of an author,
 * those of this package.
 */
import { valuesOf } from '../../machines/figures.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { checkMachine } from '../engine/checks/machine-check.ts';
import { faultLine, WorkflowRefused } from '../engine/machines/fault.ts';
import { madeOnce } from '../engine/machines/workflows.ts';
import { statesOf } from '../engine/machines/xstate-transition.ts';
import { assemble } from '../modules/assembly.ts';
import { isBuiltIn } from '../modules/built-in.ts';
import type { Module } from '../modules/module.ts';
import { ModuleError } from '../modules/module-error.ts';
import { workflowsOf } from '../service/design.ts';

export interface Checked {
  /** One line for each fault. */
  readonly faults: readonly string[];
  /** The counts, in one line. */
  readonly summary: string;
}

/** @param own the workflows of the author, by name; empty if all are built in */
export function checked(modules: readonly Module[], own: ReadonlyMap<string, string> = new Map()): Checked {
  const found = (['default', 'strict'] as const).map((profile) => {
    try {
      const assembly = assemble(modules);
      const figures = valuesOf(assembly.figures, profile);
      const workflows = workflowsOf(assembly, figures);
      const brought = assembly.workflows.filter((definition) => !isBuiltIn(definition));
      const machines = (brought.length > 0 ? brought : assembly.workflows).map((definition) => madeOnce(definition, figures));
      return {
        workflows: workflows.latest(),
        lines: machines.flatMap((each) => checkMachine(each, workflows.all()).map(faultLine)),
      };
    } catch (error) {
      if (!(error instanceof ModuleError || error instanceof WorkflowRefused)) throw error;
      return { workflows: [], lines: error.message.split('\n') };
    }
  });
  const faults = [...new Set(found.flatMap(({ lines }) => lines))];
  return { faults, summary: faults.length > 0 ? failure(faults.length) : success(found[0]?.workflows ?? [], own) };
}

function failure(count: number): string {
  return `${counted(count, 'mistake')}: the service does not start until ${count === 1 ? 'it is' : 'they are'} corrected`;
}

function success(workflows: readonly Workflow[], own: ReadonlyMap<string, string>): string {
  const states = workflows.reduce((sum, { machine }) => sum + statesOf(machine).length - 1, 0);
  const mine = own.size === 0 ? '' : ` (${[...own.keys()].join(', ')}, and ${workflows.length - own.size} built in)`;
  return `All is well: ${counted(workflows.length, 'workflow')}${workflows.length === own.size ? ` (${[...own.keys()].join(', ')})` : mine}, ${counted(states, 'state')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
