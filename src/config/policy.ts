/** The setting `POLICY`: the profile or the file from which the figures of the service come. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { type FigureSet, type Figures, valuesOf } from '../../machines/figures.ts';
import { ConfigError } from './values.ts';

/** The figures of a service's modules. */
export interface DefinedFigures {
  readonly figures: FigureSet;
  readonly order: readonly (readonly [smaller: string, larger: string])[];
}

const profiles: ReadonlyMap<string, 'default' | 'strict'> = new Map([
  ['seed', 'default'],
  ['strict', 'strict'],
]);

/** The figures of the profile `seed` or `strict`, or those of `seed` with the values of a file. */
export function figuresOf(text: string, readFile: (path: string) => string, { figures, order }: DefinedFigures): Figures {
  const profile = profiles.get(text.toLowerCase());
  if (profile !== undefined) return Object.freeze(valuesOf(figures, profile));
  const overrides = overridesOf(text, readFile);
  const schemas = Object.fromEntries(Object.entries(figures).map(([name, { schema }]) => [name, Type.Optional(schema)]));
  const partial = Type.Object(schemas, { additionalProperties: false });
  const [error] = [...Value.Errors(partial, overrides)];
  if (error) throw new ConfigError(`POLICY: ${text}${error.path}: ${error.message}`);
  const given = Object.entries(Value.Parse(partial, overrides)).filter((entry): entry is [string, number] => entry[1] !== undefined);
  const values: Figures = Object.freeze({ ...valuesOf(figures, 'default'), ...Object.fromEntries(given) });
  for (const [smaller, larger] of order) {
    if (Number(values[smaller]) >= Number(values[larger]))
      throw new ConfigError(`POLICY: ${text}: ${smaller} must be shorter than ${larger}`);
  }
  return values;
}

function overridesOf(path: string, readFile: (path: string) => string): unknown {
  try {
    return JSON.parse(readFile(path));
  } catch {
    throw new ConfigError(`POLICY must be seed, strict, or a readable JSON file in UTF-8: ${path}`);
  }
}
