/** Compares two versions of the OpenAPI document: the parts that a client of the former version would miss. */
import { compareSchemas, isRecord, recordOf, type Schema, type Side, type Versions } from './schema-comparison.ts';

export type Document = Schema;

const methods = ['get', 'put', 'post', 'delete', 'patch'];

/** Keywords for readers. They may change at any time, so the snapshot omits them. */
const prose = new Set(['description', 'summary', 'examples', 'example', 'title', 'tags']);

/** A document without texts for people, and with sorted members: two of them are equal if they say the same to programs. */
export function contractOf(document: Document): Document {
  const { info: _, servers: __, ...rest } = document;
  return withoutProse(rest, false) as Document;
}

/** @param isNames true if the keys are names, such as those of properties, where `title` is none of the keywords */
function withoutProse(value: unknown, isNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutProse(each, false));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => isNames || !prose.has(key));
  const ordered = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(ordered.map(([key, each]) => [key, withoutProse(each, !isNames && namesAt.has(key))]));
}

const namesAt = new Set([
  'properties',
  'schemas',
  'paths',
  'parameters',
  'headers',
  'securitySchemes',
  'responses',
  'requestBodies',
  'content',
]);

/** @returns a line for each removed or narrowed part */
export function breaksBetween(before: Document, after: Document): string[] {
  const [old, now] = [sideOf(before), sideOf(after)];
  const versions = (direction: 'request' | 'answer'): Versions => ({ before: old, after: now, direction, seen: new Set() });
  const comparison = new Comparison(old, now, versions('request'), versions('answer'));
  const lines = Object.entries(recordOf(before['paths'])).flatMap(([path, operations]) => {
    const present = recordOf(after['paths'])[path];
    if (present === undefined) return [`${path}: the path is gone`];
    return methods.flatMap((method) => {
      const [was, is] = [operations[method], present[method]];
      if (!isRecord(was)) return [];
      const at = `${method.toUpperCase()} ${path}`;
      return isRecord(is) ? comparison.operations(was, is, at) : [`${at}: the operation is gone`];
    });
  });
  return [...new Set(lines)];
}

interface DocumentSide extends Side {
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, Schema>>;
  readonly requestBodies: Readonly<Record<string, Schema>>;
  readonly security: unknown;
}

function sideOf(document: Document): DocumentSide {
  const components = recordOf(document['components']);
  const group = (name: string) => recordOf(components[name]);
  return {
    schemas: group('schemas'),
    parameters: group('parameters'),
    responses: group('responses'),
    requestBodies: group('requestBodies'),
    security: document['security'],
  };
}

class Comparison {
  readonly #before: DocumentSide;
  readonly #after: DocumentSide;
  readonly #request: Versions;
  readonly #answer: Versions;

  constructor(before: DocumentSide, after: DocumentSide, request: Versions, answer: Versions) {
    this.#before = before;
    this.#after = after;
    this.#request = request;
    this.#answer = answer;
  }

  operations(was: Schema, is: Schema, at: string): string[] {
    return [
      ...(was['operationId'] === is['operationId'] ? [] : [`${at}: operationId is ${String(is['operationId'])} now`]),
      ...this.#security(was, is, at),
      ...this.#parameters(was, is, at),
      ...this.#bodies(bodyOf(was, this.#before), bodyOf(is, this.#after), at),
      ...this.#responses(recordOf(was['responses']), recordOf(is['responses']), at),
    ];
  }

  /** Each former way to authenticate must still be enough. */
  #security(was: Schema, is: Schema, at: string): string[] {
    const waysOf = (operation: Schema, { security }: DocumentSide) => {
      const ways = operation['security'] ?? security;
      return Array.isArray(ways) && ways.length > 0 ? ways.map((way) => (isRecord(way) ? Object.keys(way).sort() : [])) : [[]];
    };
    const present = waysOf(is, this.#after);
    const suffices = (way: readonly string[]) => present.some((each) => each.every((scheme) => way.includes(scheme)));
    return waysOf(was, this.#before)
      .filter((way) => !suffices(way))
      .map((way) => `${at}: ${way.length === 0 ? 'no credential' : way.join(' with ')} is not enough now`);
  }

  #parameters(was: Schema, is: Schema, at: string): string[] {
    const [old, now] = [parametersOf(was, this.#before), parametersOf(is, this.#after)];
    const lines: string[] = [];
    for (const [name, parameter] of old) {
      const present = now.get(name);
      if (present === undefined) lines.push(`${at}: the parameter ${name} is gone`);
      else lines.push(...compareSchemas(schemaOf(parameter), schemaOf(present), this.#request, `${at}: the parameter ${name}`));
    }
    for (const [name, parameter] of now)
      if (parameter['required'] === true && old.get(name)?.['required'] !== true)
        lines.push(`${at}: the parameter ${name} is required now`);
    return lines;
  }

  #bodies(was: Schema | undefined, is: Schema | undefined, at: string): string[] {
    if (was === undefined) return is?.['required'] === true ? [`${at}: a body is required now`] : [];
    if (is === undefined) return [`${at}: takes no body now`];
    return [
      ...(is['required'] === true && was['required'] !== true ? [`${at}: a body is required now`] : []),
      ...this.#contents(was, is, this.#request, `${at}: the body`),
    ];
  }

  #responses(was: Readonly<Record<string, Schema>>, is: Readonly<Record<string, Schema>>, at: string): string[] {
    return Object.entries(was).flatMap(([status, described]) => {
      const answer = is[status];
      if (answer === undefined) return [`${at}: the answer ${status} is gone`];
      const [response, present] = [responseOf(described, this.#before), responseOf(answer, this.#after)];
      const missing = Object.keys(recordOf(response['headers'])).filter((name) => recordOf(present['headers'])[name] === undefined);
      return [
        ...missing.map((name) => `${at}: the header ${name} of the answer ${status} is gone`),
        ...this.#contents(response, present, this.#answer, `${at}: the answer ${status}`),
      ];
    });
  }

  #contents(was: Schema, is: Schema, versions: Versions, at: string): string[] {
    const now = recordOf(is['content']);
    return Object.entries(recordOf(was['content'])).flatMap(([type, content]) => {
      const present = now[type];
      return present === undefined ? [`${at}: ${type} is gone`] : compareSchemas(schemaOf(content), schemaOf(present), versions, at);
    });
  }
}

function schemaOf(holder: Schema): Schema {
  return recordOf(holder)['schema'] ?? {};
}

function bodyOf(operation: Schema, { requestBodies }: DocumentSide): Schema | undefined {
  const { requestBody } = recordOf(operation);
  return requestBodies[String(requestBody?.['$ref'] ?? '').replace('#/components/requestBodies/', '')] ?? requestBody;
}

function responseOf(response: Schema, { responses }: DocumentSide): Schema {
  return responses[String(response['$ref'] ?? '').replace('#/components/responses/', '')] ?? response;
}

/** Sorted by place and name. */
function parametersOf({ parameters }: Schema, side: DocumentSide): Map<string, Schema> {
  const all = Array.isArray(parameters) ? parameters.filter(isRecord) : [];
  const resolved = all.map((each) => side.parameters[String(each['$ref'] ?? '').replace('#/components/parameters/', '')] ?? each);
  return new Map(resolved.map((each) => [`${String(each['name'])} (${String(each['in'])})`, each]));
}
