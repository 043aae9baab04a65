/** Checks figures: their values, their order, and that every figure that a workflow reads exists. */
import { Value } from '@sinclair/typebox/value';
import { type Figures, valuesOf } from '../../machines/figures.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Configurable } from '../config/config.ts';
import { faultLine } from '../engine/machines/fault.ts';
import { ModuleError } from './module-error.ts';

/** Each value must satisfy its schema, and each pair must name existing figures in order. */
export function figureFaults({ figures, order }: Pick<Configurable, 'figures' | 'order'>): string[] {
  const values = Object.entries(figures).flatMap(([name, { schema, default: usual, strict }]) =>
    [usual, ...(strict === undefined ? [] : [strict.value])]
      .filter((value) => !Value.Check(schema, value))
      .map(
        (value) =>
          `The figure '${name}' cannot be ${value}: its schema allows ${schema.minimum ?? '−∞'} to ${schema.maximum ?? '∞'}, whole numbers`,
      ),
  );
  const pairs = order.flatMap(([smaller, larger]) => {
    const unknown = [smaller, larger].filter((name) => !Object.hasOwn(figures, name));
    if (unknown.length > 0) return unknown.map((name) => `The order of figures names the figure '${name}', which no module brings`);
    return (['default', 'strict'] as const)
      .map((profile) => valuesOf(figures, profile))
      .filter((all) => Number(all[smaller]) >= Number(all[larger]))
      .map(() => `The figure '${smaller}' must be smaller than '${larger}'`);
  });
  return [...values, ...new Set(pairs)];
}

/** Definitions without a fault, with the figures that they had, as JSON. */
const faultless = new WeakMap<WorkflowDefinition, string>();

/**
 * Every figure that a workflow reads while it is built must belong to a module.
 * @throws ModuleError that names each fault in a line
 */
export function checkFigures(definitions: readonly WorkflowDefinition[], figures: Figures): void {
  const faults = new Set<string>();
  const key = JSON.stringify(figures);
  for (const definition of definitions.filter((each) => faultless.get(each) !== key)) {
    const before = faults.size;
    const watched = new Proxy(figures, {
      get: (all, name) => {
        if (typeof name === 'string' && !Object.hasOwn(all, name))
          faults.add(faultLine({ workflow: definition.name, state: '', fault: `no module brings the figure '${name}'` }));
        return Reflect.get(all, name);
      },
    });
    try {
      definition.of(watched);
    } catch {
      // A definition that fails with every figure known is refused with its reason when it is registered.
    }
    if (faults.size === before) faultless.set(definition, key);
  }
  if (faults.size > 0) throw new ModuleError([...faults]);
}
