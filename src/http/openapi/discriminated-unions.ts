/**
 * Unions of objects with a discriminator. Each alternative is a component, and the discriminator maps the value of a property to it:
 * generators for Swift and Kotlin cannot tell alternatives apart otherwise.
 */
import { capitalised, pascalCase } from './component-names.ts';
import { isMembers, type JsonMembers, mapMembers, membersOf } from './json-members.ts';

const prefix = '#/components/schemas/';

/** @param schemas the components, by name @returns the same schemas, and the alternatives that had no name */
export function withDiscriminators(schemas: JsonMembers): JsonMembers {
  const unions = new Unions(schemas);
  return { ...mapMembers(schemas, (schema, name) => unions.within(schema, name, name)), ...unions.added };
}

class Unions {
  readonly added: Record<string, JsonMembers> = {};
  readonly #schemas: JsonMembers;

  constructor(schemas: JsonMembers) {
    this.#schemas = schemas;
  }

  /** @param at the name of the property that has the schema @param component the component around it */
  within(schema: unknown, at: string, component: string): unknown {
    if (!isMembers(schema)) return schema;
    const { properties, items, anyOf } = schema;
    const changed = {
      ...schema,
      ...(isMembers(properties) ? { properties: mapMembers(properties, (each, name) => this.within(each, name, component)) } : {}),
      ...(items === undefined ? {} : { items: this.within(items, at, component) }),
    };
    return Array.isArray(anyOf) ? this.#union(changed, anyOf, at, component) : changed;
  }

  #union(schema: JsonMembers, alternatives: readonly unknown[], at: string, component: string): JsonMembers {
    const propertyName = this.#discriminator(alternatives);
    if (propertyName === null) return schema;
    const { anyOf: _, ...others } = schema;
    const named = alternatives.map((each): [string, string] => {
      const value = constantsOf(this.#resolved(each))[propertyName] ?? '';
      return [value, this.#reference(each, `${capitalised(at)}${pascalCase(value)}`, component)];
    });
    const oneOf = named.map(([, $ref]) => ({ $ref }));
    return { ...others, oneOf, discriminator: { propertyName, mapping: Object.fromEntries(named) } };
  }

  /** The property whose value tells the alternatives apart; null without one. */
  #discriminator(alternatives: readonly unknown[]): string | null {
    const constants = alternatives.map((each) => constantsOf(this.#resolved(each)));
    const differs = (name: string) => new Set(constants.map((each) => each[name])).size === constants.length;
    const names = Object.keys(constants[0] ?? {});
    return names.find((name) => constants.every((each) => name in each) && differs(name)) ?? null;
  }

  #resolved(schema: unknown): JsonMembers {
    const { $ref } = membersOf(schema);
    return typeof $ref === 'string' ? membersOf(this.#schemas[$ref.replace(prefix, '')]) : membersOf(schema);
  }

  #reference(schema: unknown, name: string, component: string): string {
    const { $ref } = membersOf(schema);
    if (typeof $ref === 'string') return $ref;
    const isTaken = name in this.#schemas || name in this.added;
    const free = isTaken ? `${component}${name}` : name;
    this.added[free] = membersOf(schema);
    return `${prefix}${free}`;
  }
}

/** The required properties that have one possible text. */
function constantsOf({ properties, required }: JsonMembers): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, schema] of Object.entries(membersOf(properties))) {
    const { enum: values } = membersOf(schema);
    const [value, ...more] = Array.isArray(values) ? values : [];
    if (Array.isArray(required) && required.includes(name) && typeof value === 'string' && more.length === 0) found[name] = value;
  }
  return found;
}
