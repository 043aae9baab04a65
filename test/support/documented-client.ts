/** A client that compares every answer with the OpenAPI document of its service, and throws at the first difference. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Answer, type CallOptions, Client, type Json } from './service.ts';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { schema?: object }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly operation: Operation;
}

const formats = {
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  uri: (text: string) => URL.canParse(text),
  'uri-reference': (text: string) => URL.canParse(text, 'https://verify.example'),
};

const schemasPointer = '#/components/schemas/';

export class DocumentedClient extends Client {
  /** The names of operations with an answer of success. */
  readonly succeeded = new Set<string>();
  readonly #document: Document;
  readonly #routes: readonly Route[];
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<object, ValidateFunction>();

  private constructor(url: string, document: Document) {
    super(url);
    this.#document = document;
    this.#routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        operation,
      })),
    );
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, formats });
    const schemas = Object.entries(document.components['schemas'] ?? {}).map(([name, schema]) => [name, complete(schema, 'open')]);
    this.#ajv.addSchema({ $id: 'document', components: { schemas: Object.fromEntries(schemas) } });
  }

  /** @param url the address of a running service */
  static async of(url: string): Promise<DocumentedClient> {
    const { body } = await new Client(url).get('/openapi.json');
    return new DocumentedClient(url, body);
  }

  /** The names of all documented operations. */
  get operations(): readonly string[] {
    return this.#routes.map(({ name }) => name);
  }

  override async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await super.call(method, path, options);
    const [pathname = ''] = path.split('?');
    // A template such as `/diagrams/{file}` also fits paths of more exact templates, which stand for themselves.
    const [route] = this.#routes
      .filter((each) => each.method === method && each.path.test(pathname))
      .sort((a, b) => a.name.split('{').length - b.name.split('{').length);
    if (route === undefined) return answer;
    const wrong = this.#differences(route, answer);
    if (wrong !== null) throw new Error(`${route.name} answered ${answer.status}, unlike its document: ${wrong}`);
    if (answer.status < 400) this.succeeded.add(route.name);
    return answer;
  }

  #differences({ operation }: Route, { status, headers, body }: Answer): string | null {
    const described = operation.responses[status];
    if (described === undefined) return `only ${Object.keys(operation.responses).join(', ')} are described`;
    const response =
      described.$ref === undefined
        ? described
        : (this.#document.components['responses']?.[described.$ref.split('/').at(-1) ?? ''] as typeof described);
    const { content = {} } = response;
    const type = headers.get('content-type')?.split(';')[0] ?? null;
    if (type === null) return Object.keys(content).length === 0 ? null : `the answer has no ${Object.keys(content).join(' or ')}`;
    if (content[type] === undefined) return `${type} is not described`;
    const { schema } = content[type];
    if (schema === undefined || !type.endsWith('json')) return null;
    const validate = this.#validators.get(schema) ?? this.#ajv.compile(complete(schema, 'closed') as object);
    this.#validators.set(schema, validate);
    return validate(withoutRepeatedToken(body)) ? null : `${this.#ajv.errorsText(validate.errors)}: ${JSON.stringify(body)}`;
  }
}

/** A problem without the token that its session repeats. The description of the session names it, its schema does not. */
function withoutRepeatedToken(body: Json): Json {
  if (body?.session?.sessionToken === undefined || body.session.sessionToken !== body.sessionToken) return body;
  const { sessionToken: _, ...session } = body.session;
  return { ...body, session };
}

/**
 * The schema as an answer has to satisfy it. The document lets clients ignore further members, so that members can be added. Here a
 * member without a description is a fault.
 * @param top `open` for a part of another schema, which may describe further members
 */
function complete(schema: unknown, top: 'open' | 'closed'): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((each) => complete(each, top));
  const given: Readonly<Record<string, Json>> = { ...schema };
  const { $ref, properties, items, additionalProperties, anyOf, oneOf, allOf, ...others } = given;
  const membersOf = (of: object) => Object.fromEntries(Object.entries(of).map(([name, each]) => [name, complete(each, 'closed')]));
  const isObject = properties !== undefined || $ref !== undefined || allOf !== undefined;
  return {
    ...others,
    ...($ref === undefined ? {} : { $ref: $ref.startsWith(schemasPointer) ? `document${$ref}` : $ref }),
    ...(properties === undefined ? {} : { properties: membersOf(properties) }),
    ...(items === undefined ? {} : { items: complete(items, 'closed') }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: complete(additionalProperties, 'closed') }),
    ...(anyOf === undefined ? {} : { anyOf: complete(anyOf, top) }),
    ...(oneOf === undefined ? {} : { oneOf: complete(oneOf, top) }),
    ...(allOf === undefined ? {} : { allOf: complete(allOf, 'open') }),
    ...(top === 'closed' && isObject && additionalProperties === undefined ? { unevaluatedProperties: false } : {}),
  };
}
