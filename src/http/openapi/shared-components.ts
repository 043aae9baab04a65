/**
 * Moves the repeated parts of a document into its components: bodies and answers under the name of their operation, and problems, which are
 * most of the document, under their codes.
 */
import { capitalised, pascalCase } from './component-names.ts';
import { withDiscriminators } from './discriminated-unions.ts';
import { isMembers, type JsonMembers, mapMembers, membersOf } from './json-members.ts';
import { portableSchema } from './portable-schema.ts';
import { withSharedFields } from './shared-fields.ts';

type Named = Record<string, unknown>;

/** @param document a whole document, as plain JSON */
export function withSharedComponents(document: JsonMembers): Record<string, unknown> {
  const components = membersOf(document['components']);
  const shared = new SharedComponents(components);
  const shareAll = (group: unknown) =>
    mapMembers(membersOf(group), (operations) => mapMembers(membersOf(operations), (each) => shared.operation(each)));
  const paths = shareAll(document['paths']);
  const webhooks = 'webhooks' in document ? { webhooks: shareAll(document['webhooks']) } : {};
  const { schemas, requestBodies, responses, examples } = shared;
  const named = withDiscriminators(withSharedFields(mapMembers(schemas, portableSchema)));
  const others = mapMembers(components, (group) => mapMembers(membersOf(group), portableHolder));
  return {
    ...document,
    paths,
    ...webhooks,
    components: { ...others, schemas: named, requestBodies, responses, examples },
  };
}

class SharedComponents {
  readonly schemas: Named;
  readonly requestBodies: Named = {};
  readonly responses: Named;
  readonly examples: Named = {};
  /** The names of the parameters that are components, by text. */
  readonly #parameters: ReadonlyMap<string, string>;

  constructor({ schemas, responses, parameters }: JsonMembers) {
    this.schemas = { ...membersOf(schemas) };
    this.responses = { ...membersOf(responses) };
    this.#parameters = new Map(Object.entries(membersOf(parameters)).map(([name, each]) => [JSON.stringify(each), name]));
  }

  operation(described: unknown): JsonMembers {
    const operation = membersOf(described);
    const name = capitalised(String(operation['operationId']));
    const { parameters, requestBody, responses, callbacks } = operation;
    return {
      ...operation,
      ...(Array.isArray(parameters) ? { parameters: parameters.map((each) => this.#parameter(each)) } : {}),
      ...(requestBody === undefined ? {} : { requestBody: this.#body(membersOf(requestBody), name) }),
      ...(callbacks === undefined ? {} : { callbacks: this.#callbacks(membersOf(callbacks)) }),
      responses: mapMembers(membersOf(responses), (response) => this.#response(membersOf(response), name)),
    };
  }

  #callbacks(callbacks: JsonMembers): JsonMembers {
    const shared = (operations: unknown) => mapMembers(membersOf(operations), (each) => this.operation(each));
    return mapMembers(callbacks, (addresses) => mapMembers(membersOf(addresses), shared));
  }

  #parameter(parameter: unknown): unknown {
    const name = this.#parameters.get(JSON.stringify(parameter));
    return name === undefined ? portableHolder(parameter) : { $ref: `#/components/parameters/${name}` };
  }

  /** A body. All operations whose body has no fields share one. */
  #body(body: JsonMembers, operation: string): JsonMembers {
    const { schema } = membersOf(membersOf(body['content'])['application/json']);
    const hasFields = !isMembers(schema) || !isMembers(schema['properties']) || Object.keys(schema['properties']).length > 0;
    if (hasFields) return this.#named(body, `${operation}Body`);
    this.requestBodies['NoFields'] ??= this.#named(body, 'NoFields');
    return { $ref: '#/components/requestBodies/NoFields' };
  }

  #response(response: JsonMembers, operation: string): unknown {
    if ('$ref' in response) return response;
    const problem = membersOf(membersOf(response['content'])['application/problem+json']);
    const codes = Object.keys(membersOf(problem['examples']));
    return codes.length === 0 ? this.#named(response, `${operation}Answer`) : this.#problem(response, problem, codes);
  }

  /** A reference to the response, which all operations with these codes share. */
  #problem(response: JsonMembers, problem: JsonMembers, codes: readonly string[]): JsonMembers {
    const examples = mapMembers(membersOf(problem['examples']), (example, code) => this.#example(code, example));
    const content = { 'application/problem+json': { schema: portableSchema(problem['schema']), examples } };
    const complete = { ...response, content };
    const name = codes.map(pascalCase).join('Or');
    this.responses[name] ??= complete;
    // Other operations with these codes can have different headers.
    const isSame = JSON.stringify(this.responses[name]) === JSON.stringify(complete);
    return isSame ? { $ref: `#/components/responses/${name}` } : complete;
  }

  #example(code: string, example: unknown): JsonMembers {
    const name = pascalCase(code);
    this.examples[name] ??= example;
    return { $ref: `#/components/examples/${name}` };
  }

  /** A body or an answer whose schemas of objects are components. */
  #named(holder: JsonMembers, name: string): JsonMembers {
    const content = mapMembers(membersOf(holder['content']), (media) => {
      const described = membersOf(media);
      const { schema } = described;
      if (!isComposite(schema)) return portableHolder(described);
      const component = this.#component(schema, name);
      return { ...described, schema: { $ref: `#/components/schemas/${component}` } };
    });
    return 'content' in holder ? { ...holder, content } : holder;
  }

  /** @returns the name of the schema. An answer that repeats its operation's body has the body's */
  #component(schema: JsonMembers, name: string): string {
    const body = name.replace(/Answer$/, 'Body');
    if (body !== name && JSON.stringify(this.schemas[body]) === JSON.stringify(schema)) return body;
    this.schemas[name] = schema;
    return name;
  }
}

/** True for a schema with members of its own. A text or an object of any kind needs no name. */
function isComposite(schema: unknown): schema is JsonMembers {
  return isMembers(schema) && ('properties' in schema || 'anyOf' in schema || 'patternProperties' in schema);
}

/** A parameter, a header or a media type with its schema. */
function portableHolder(holder: unknown): unknown {
  return isMembers(holder) && 'schema' in holder ? { ...holder, schema: portableSchema(holder['schema']) } : holder;
}
