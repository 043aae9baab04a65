/**
 * Compares two versions of a JSON schema of the OpenAPI document. An answer may gain members and values, and lose none. A request may
 * gain optional members and accept more, and never less.
 */

/** The parts of a JSON schema that the document uses. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

export type Direction = 'request' | 'answer';

export interface Side {
  /** The schemas of the components, by name. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

export interface Versions {
  readonly before: Side;
  readonly after: Side;
  readonly direction: Direction;
  /** Pairs of components that are or were compared, so that each is reported once. */
  readonly seen: Set<string>;
}

/** A schema as its possible shapes: references resolved, alternatives listed, parts of `allOf` merged. */
interface Shape {
  readonly type: string;
  /** Null for any value of the type. */
  readonly values: ReadonlySet<string> | null;
  readonly schema: Schema;
}

const refPrefix = '#/components/schemas/';

/** @returns a line for each breaking difference; `at` begins each */
export function compareSchemas(before: Schema, after: Schema, versions: Versions, at: string): string[] {
  const name = componentOf(before);
  if (name !== null && name === componentOf(after)) {
    const pair = `${versions.direction} ${name}`;
    if (versions.seen.has(pair)) return [];
    versions.seen.add(pair);
    return compareShapes(shapesOf(before, versions.before), shapesOf(after, versions.after), versions, `${name} (${versions.direction})`);
  }
  return compareShapes(shapesOf(before, versions.before), shapesOf(after, versions.after), versions, at);
}

function compareShapes(before: readonly Shape[], after: readonly Shape[], versions: Versions, at: string): string[] {
  const lines: string[] = [];
  for (const type of new Set([...before, ...after].map((shape) => shape.type))) {
    const [old, now] = [before, after].map((shapes) => shapes.filter((shape) => shape.type === type));
    if (!old || !now) continue;
    if (now.length === 0) lines.push(`${at}: is no longer of the type ${type}`);
    else if (old.length > 0) lines.push(...compareAlternatives(old, now, versions, at));
    else if (versions.direction === 'answer') lines.push(`${at}: can be of the type ${type} now`);
  }
  return lines;
}

/** Compares each former alternative with the current one that differs least. */
function compareAlternatives(before: readonly Shape[], after: readonly Shape[], versions: Versions, at: string): string[] {
  if (before[0]?.type !== 'object' && before[0]?.type !== 'array') return compareScalars(before, after, versions.direction, at);
  return before.flatMap((old) => {
    const differences = after.map((now) => {
      // The chosen alternative decides whether a component was seen.
      const trial = { ...versions, seen: new Set(versions.seen) };
      return { lines: compareComposites(old.schema, now.schema, trial, at), seen: trial.seen };
    });
    const [least] = differences.sort((a, b) => a.lines.length - b.lines.length);
    for (const pair of least?.seen ?? []) versions.seen.add(pair);
    return least?.lines ?? [];
  });
}

function compareScalars(before: readonly Shape[], after: readonly Shape[], direction: Direction, at: string): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (old !== null && now !== null) return [...old].filter((value) => !now.has(value)).map((value) => `${at}: the value ${value} is gone`);
  // A new list of values lacks most of the values that were possible.
  if (now !== null) return [`${at}: only ${[...now].join(', ')} are possible now`];
  return old === null && direction === 'request' ? narrowedForms(before[0]?.schema ?? {}, after[0]?.schema ?? {}, at) : [];
}

/** A new or changed pattern or format, since no comparison tells which of two accepts more; and narrower bounds. */
function narrowedForms(before: Schema, after: Schema, at: string): string[] {
  const others = ['pattern', 'format'].filter((keyword) => after[keyword] !== undefined && after[keyword] !== before[keyword]);
  const lines = others.map(
    (keyword) => `${at}: the ${keyword} is ${String(after[keyword])} now, and was ${String(before[keyword] ?? 'free')}`,
  );
  return [...lines, ...narrowedBounds(before, after, at)];
}

function compareComposites(before: Schema, after: Schema, versions: Versions, at: string): string[] {
  const now = recordOf(after['properties']);
  const members = Object.entries(recordOf(before['properties'])).flatMap(([name, schema]) => {
    const present = now[name];
    return present === undefined ? [`${at}: the property ${name} is gone`] : compareSchemas(schema, present, versions, `${at}.${name}`);
  });
  const [items, presentItems] = [before['items'], after['items']];
  const elements = isRecord(items) && isRecord(presentItems) ? compareSchemas(items, presentItems, versions, `${at}[]`) : [];
  return [...members, ...elements, ...(versions.direction === 'request' ? newDemands(before, after, at) : lostPromises(before, after, at))];
}

function newDemands(before: Schema, after: Schema, at: string): string[] {
  const demanded = listOf(after['required']).filter((name) => !listOf(before['required']).includes(name));
  const isClosed = after['additionalProperties'] === false && before['additionalProperties'] !== false;
  return [
    ...demanded.map((name) => `${at}: the property ${name} is required now`),
    ...(isClosed ? [`${at}: takes no further properties now`] : []),
    ...narrowedBounds(before, after, at),
  ];
}

function lostPromises(before: Schema, after: Schema, at: string): string[] {
  const present = recordOf(after['properties']);
  return listOf(before['required'])
    .filter((name) => present[name] !== undefined && !listOf(after['required']).includes(name))
    .map((name) => `${at}: the property ${name} can be absent now`);
}

/** Raised lower bounds, and lowered upper bounds. */
function narrowedBounds(before: Schema, after: Schema, at: string): string[] {
  const numberOf = (schema: Schema, keyword: string, none: number) => (typeof schema[keyword] === 'number' ? schema[keyword] : none);
  const lower = ['minimum', 'minLength', 'minItems'].filter((each) => numberOf(after, each, -Infinity) > numberOf(before, each, -Infinity));
  const upper = ['maximum', 'maxLength', 'maxItems'].filter((each) => numberOf(after, each, Infinity) < numberOf(before, each, Infinity));
  return [...lower, ...upper].map((each) => `${at}: ${each} is ${String(after[each])} now, and was ${String(before[each] ?? 'none')}`);
}

function shapesOf(schema: Schema, side: Side): Shape[] {
  const name = componentOf(schema);
  if (name !== null) return shapesOf(side.schemas[name] ?? {}, side);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) {
    const { anyOf: _, oneOf: __, ...common } = schema;
    return alternatives.flatMap((each: Schema) => shapesOf(merged(common, each), side));
  }
  if (Array.isArray(schema['allOf'])) {
    const { allOf, ...common } = schema;
    const parts = (allOf as Schema[]).map((part) => side.schemas[componentOf(part) ?? ''] ?? part);
    return shapesOf(parts.reduce(merged, common), side);
  }
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : null;
  const types =
    typeof schema['type'] === 'string' ? [schema['type']] : Array.isArray(schema['type']) ? schema['type'].map(String) : ['any'];
  // `type: [string, null]` with an `enum` says the same as an alternative to null.
  const named = values && new Set(values.filter((value) => value !== null || types.length === 1).map((value) => JSON.stringify(value)));
  return types.map((type) => ({ type, values: type === 'null' ? null : named, schema }));
}

/** A schema with the members of both. A keyword in both has the second's value. */
function merged(one: Schema, other: Schema): Schema {
  if (Object.keys(one).length === 0) return other;
  const [ones, others] = [recordOf(one['properties']), recordOf(other['properties'])];
  const properties = { ...ones };
  for (const [name, schema] of Object.entries(others)) properties[name] = ones[name] === undefined ? schema : merged(ones[name], schema);
  const required = [...new Set([...listOf(one['required']), ...listOf(other['required'])])];
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function valuesOf(shapes: readonly Shape[]): ReadonlySet<string> | null {
  if (shapes.some(({ values }) => values === null)) return null;
  return new Set(shapes.flatMap(({ values }) => [...(values ?? [])]));
}

function componentOf(schema: Schema): string | null {
  const { $ref } = schema;
  return typeof $ref === 'string' && $ref.startsWith(refPrefix) ? $ref.slice(refPrefix.length) : null;
}

export function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordOf(value: unknown): Record<string, Schema> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Schema] => isRecord(entry[1]))) : {};
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
