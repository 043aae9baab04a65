/**
 * Schemas of the document in the forms that generators of clients understand. TypeBox writes a choice as a list of constants, and an
 * optional value as an alternative to null: generators for Swift drop such members, others give each choice a type of its own.
 */
import { isMembers, type JsonMembers } from './json-members.ts';

/** The keywords of JSON Schema (draft 2020-12) and OpenAPI 3.1 that describe values. Others get the prefix of extensions. */
const keywords = new Set(
  `$ref type enum const allOf anyOf oneOf not if then else properties patternProperties additionalProperties propertyNames required
  minProperties maxProperties dependentRequired dependentSchemas unevaluatedProperties items prefixItems contains minContains maxContains
  minItems maxItems uniqueItems unevaluatedItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum
  multipleOf contentEncoding contentMediaType contentSchema title description default deprecated readOnly writeOnly examples example
  discriminator xml externalDocs $id $schema $anchor $defs $comment`.split(/\s+/),
);

/** Keywords with a schema, a list of schemas, or schemas by name. */
const ofOne = ['items', 'additionalProperties', 'not', 'propertyNames', 'contains'];
const ofSeveral = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const byName = ['properties', 'patternProperties', 'dependentSchemas', '$defs'];

/** The pattern with which TypeBox describes any name of a property. */
const anyName = '^(.*)$';

export function portableSchema(schema: unknown): unknown {
  return isMembers(schema) ? nullable(choice(openRecord(withPrefixes(withinSchema(schema))))) : schema;
}

function withinSchema(schema: JsonMembers): JsonMembers {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (ofOne.includes(keyword)) return [keyword, portableSchema(value)];
      if (ofSeveral.includes(keyword) && Array.isArray(value)) return [keyword, value.map(portableSchema)];
      if (byName.includes(keyword) && isMembers(value))
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, portableSchema(each)]))];
      return [keyword, value];
    }),
  );
}

/** `choicesFrom` as `x-choices-from`. */
function withPrefixes(schema: JsonMembers): JsonMembers {
  const named = Object.entries(schema).map(([keyword, value]) => {
    const isOwn = !keywords.has(keyword) && !keyword.startsWith('x-');
    return [isOwn ? `x-${keyword.replaceAll(/(?<!^)(?=[A-Z])/g, '-').toLowerCase()}` : keyword, value];
  });
  return Object.fromEntries(named);
}

function openRecord(schema: JsonMembers): JsonMembers {
  const { patternProperties, ...others } = schema;
  if (!isMembers(patternProperties) || Object.keys(patternProperties).join() !== anyName) return schema;
  return { ...others, additionalProperties: patternProperties[anyName] };
}

/** A list of values instead of constants. */
function choice(schema: JsonMembers): JsonMembers {
  if ('const' in schema) {
    const { const: value, ...others } = schema;
    return { ...others, enum: [value] };
  }
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const values = anyOf.filter(isValues);
  const type = values[0]?.['type'];
  const rest = anyOf.filter((each) => !isValues(each));
  if (values.length < 2 || values.some((each) => each['type'] !== type)) return schema;
  const listed = { type, enum: values.flatMap((each) => each['enum']) };
  return rest.length === 0 ? { ...others, ...listed } : { ...others, anyOf: [listed, ...rest] };
}

/** True for a list of values without further rules. */
function isValues(schema: unknown): schema is JsonMembers & { readonly enum: readonly unknown[] } {
  return isMembers(schema) && Array.isArray(schema['enum']) && typeof schema['type'] === 'string';
}

/** `type: [string, null]` instead of an alternative to null. A reference keeps the alternative, because it takes no other keyword. */
function nullable(schema: JsonMembers): JsonMembers {
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [value] = anyOf.filter((each) => !isNull(each));
  if (!anyOf.some(isNull) || !isMembers(value) || typeof value['type'] !== 'string') return schema;
  const values = Array.isArray(value['enum']) ? { enum: [...value['enum'], null] } : {};
  return { ...value, ...others, type: [value['type'], 'null'], ...values };
}

function isNull(schema: unknown): boolean {
  return isMembers(schema) && schema['type'] === 'null';
}
