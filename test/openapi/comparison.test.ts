/** The comparison of OpenAPI documents: each kind of removal and narrowing is a line, and additions are none. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../support/service.ts';
import { breaksBetween, contractOf } from './comparison.ts';
import { judge, parsed, textOf } from './snapshot.ts';

/** A small document with a part of each kind. Each call makes a new one, so that a test can change it. */
function made(): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Tables', version: '1' },
    paths: {
      '/tables': {
        post: {
          operationId: 'bookTable',
          summary: 'Book a table',
          security: [{ clientKey: [] }, {}],
          parameters: [{ $ref: '#/components/parameters/Key' }, { name: 'page', in: 'query', schema: { type: 'integer', maximum: 50 } }],
          requestBody: {
            required: false,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['guests'],
                  properties: {
                    guests: { type: 'integer', minimum: 1, maximum: 12 },
                    area: { anyOf: [{ const: 'inside' }, { enum: ['terrace', 'bar'] }, { type: 'null' }] },
                    phone: { type: 'string', pattern: '^[0-9]+$', maxLength: 20 },
                    title: { type: 'string' },
                  },
                },
              },
            },
          },
          responses: {
            201: {
              headers: { Location: { schema: { type: 'string' } } },
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Table' } } },
            },
            422: {
              content: {
                'application/problem+json': {
                  schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: ['full', 'closed'] } } }] },
                },
              },
            },
          },
        },
        get: { operationId: 'readTables', responses: { 200: { content: {} } } },
      },
    },
    components: {
      parameters: {
        Key: { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', pattern: '^.{22}$' } },
      },
      schemas: {
        Problem: { type: 'object', required: ['code'], properties: { code: { type: 'string' }, detail: { type: 'string' } } },
        Table: {
          type: 'object',
          required: ['id', 'state'],
          properties: {
            id: { type: 'string', format: 'uuid' },
            state: { enum: ['free', 'taken'] },
            guests: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
          },
        },
      },
    },
  };
}

const changed = (change: (document: Json) => void) => {
  const document = made();
  change(document);
  return breaksBetween(contractOf(made()), contractOf(document));
};
const post = (document: Json) => document.paths['/tables'].post;
const body = (document: Json) => post(document).requestBody.content['application/json'].schema;
const table = (document: Json) => document.components.schemas.Table;

describe('a removed part', () => {
  test.each<[string, (document: Json) => void, string]>([
    ['a path', (d) => delete d.paths['/tables'], '/tables: the path is gone'],
    ['an operation', (d) => delete d.paths['/tables'].get, 'GET /tables: the operation is gone'],
    ['an answer', (d) => delete post(d).responses['422'], 'POST /tables: the answer 422 is gone'],
    [
      'a media type',
      (d) => delete post(d).responses['201'].content['application/json'],
      'POST /tables: the answer 201: application/json is gone',
    ],
    ['a header', (d) => delete post(d).responses['201'].headers.Location, 'POST /tables: the header Location of the answer 201 is gone'],
    ['a property of an answer', (d) => delete table(d).properties.id, 'Table (answer): the property id is gone'],
    [
      'one deep inside',
      (d) => delete table(d).properties.guests.items.properties.name,
      'Table (answer).guests[]: the property name is gone',
    ],
    ['a value of an answer', (d) => table(d).properties.state.enum.pop(), 'Table (answer).state: the value "taken" is gone'],
    [
      'a value in one part of `allOf`',
      (d) => post(d).responses['422'].content['application/problem+json'].schema.allOf[1].properties.code.enum.pop(),
      'POST /tables: the answer 422.code: the value "closed" is gone',
    ],
    ['a property of a component in `allOf`', (d) => delete d.components.schemas.Problem['properties'].detail, 'detail is gone'],
    ['a parameter', (d) => post(d).parameters.pop(), 'POST /tables: the parameter page (query) is gone'],
    ['a property of a request', (d) => delete body(d).properties.title, 'the property title is gone'],
    ['a body', (d) => delete post(d).requestBody, 'POST /tables: takes no body now'],
    ['a name', (d) => Object.assign(post(d), { operationId: 'reserve' }), 'POST /tables: operationId is reserve now'],
  ])('%s', (_, change, line) => {
    const lines = changed(change);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });
});

describe('a narrowed part', () => {
  test.each<[string, (document: Json) => void, string]>([
    ['a required property', (d) => body(d).required.push('phone'), 'the property phone is required now'],
    [
      'a new and required one',
      (d) => Object.assign(body(d), { required: ['guests', 'x'], properties: { ...body(d).properties, x: {} } }),
      'x is required',
    ],
    ['a required body', (d) => Object.assign(post(d).requestBody, { required: true }), 'POST /tables: a body is required now'],
    [
      'a required parameter',
      (d) => post(d).parameters.push({ name: 'day', in: 'query', required: true, schema: {} }),
      'day (query) is required',
    ],
    ['a value of a request', (d) => body(d).properties.area.anyOf[1].enum.pop(), '.area: the value "bar" is gone'],
    ['a request that was null', (d) => body(d).properties.area.anyOf.pop(), '.area: is no longer of the type null'],
    ['values where there were any', (d) => Object.assign(body(d).properties.title, { enum: ['Ms'] }), '.title: only "Ms" are possible now'],
    [
      'another pattern',
      (d) => Object.assign(body(d).properties.phone, { pattern: '^[0-9]{9}$' }),
      'the pattern is ^[0-9]{9}$ now, and was ^[0-9]+$',
    ],
    ['a new pattern', (d) => Object.assign(body(d).properties.title, { pattern: '^.' }), 'the pattern is ^. now, and was free'],
    ['a format', (d) => Object.assign(body(d).properties.title, { format: 'email' }), 'the format is email now'],
    ['a shorter text', (d) => Object.assign(body(d).properties.phone, { maxLength: 9 }), 'maxLength is 9 now, and was 20'],
    ['a longer text', (d) => Object.assign(body(d).properties.phone, { minLength: 2 }), 'minLength is 2 now, and was none'],
    ['a smaller number', (d) => Object.assign(body(d).properties.guests, { maximum: 8 }), 'maximum is 8 now, and was 12'],
    [
      'a parameter',
      (d) => Object.assign(d.components.parameters.Key, { schema: { type: 'string', pattern: '^.{30}$' } }),
      'the pattern is ^.{30}$ now',
    ],
    ['a closed body', (d) => Object.assign(body(d), { additionalProperties: false }), 'takes no further properties now'],
    ['another type', (d) => Object.assign(body(d).properties, { title: { type: 'integer' } }), 'is no longer of the type string'],
    ['more credentials', (d) => post(d).security.pop(), 'POST /tables: no credential is not enough now'],
    ['an answer that may be absent', (d) => table(d).required.pop(), 'Table (answer): the property state can be absent now'],
    [
      'an answer that may be null',
      (d) => Object.assign(table(d).properties, { id: { anyOf: [{ type: 'string' }, { type: 'null' }] } }),
      '.id: can be of the type null now',
    ],
    [
      'an answer of another type',
      (d) => Object.assign(table(d).properties, { id: { type: 'integer' } }),
      '.id: is no longer of the type string',
    ],
    ['an answer with few values', (d) => Object.assign(table(d).properties.id, { enum: ['a'] }), '.id: only "a" are possible now'],
  ])('%s', (_, change, line) => {
    const lines = changed(change);
    expect(lines.join('\n')).toContain(line);
  });
});

describe('an addition', () => {
  test.each<[string, (document: Json) => void]>([
    ['a path', (d) => Object.assign(d.paths, { '/menus': { get: {} } })],
    ['an operation', (d) => Object.assign(d.paths['/tables'], { delete: { responses: {} } })],
    ['an answer', (d) => Object.assign(post(d).responses, { 429: { content: {} } })],
    ['a property of an answer', (d) => Object.assign(table(d).properties, { name: { type: 'string' } })],
    ['a value of an answer', (d) => table(d).properties.state.enum.push('booked')],
    ['a value of a request', (d) => body(d).properties.area.anyOf[1].enum.push('roof')],
    ['an optional property', (d) => Object.assign(body(d).properties, { wish: { type: 'string' } })],
    ['an optional parameter', (d) => post(d).parameters.push({ name: 'day', in: 'query', schema: {} })],
    ['a wider request', (d) => Object.assign(body(d).properties, { phone: { type: 'string' }, title: { type: ['string', 'null'] } })],
    ['a promise', (d) => table(d).required.push('guests')],
    ['another credential', (d) => post(d).security.push({ adminKey: [] })],
  ])('breaks nothing, and makes the snapshot stale: %s', (_, change) => {
    expect(changed(change)).toEqual([]);
    const document = made();
    change(document);
    const snapshot = parsed(textOf(made()));
    expect(judge(snapshot, document, true)).toEqual(['test/openapi/snapshot.json is stale: run npm run openapi']);
    expect(judge(snapshot, document, false)).toEqual([]);
  });

  test('of texts for people is no difference', () => {
    const document = made();
    Object.assign(post(document), { summary: 'Reserve', description: 'A table', tags: ['x'] });
    document.info.version = '2';
    expect(judge(parsed(textOf(made())), document, true)).toEqual([]);
    // A property may have the name of such a text.
    expect(textOf(document)).toContain('"title": {');
  });
});

describe('a part that moves to the components', () => {
  /** Puts the part of the bearer into the components, and a reference in its place. */
  const moved = (document: Json, bearer: Json, member: string, group: string) => {
    Object.assign(document.components, { [group]: { ...document.components[group], Moved: bearer[member] } });
    bearer[member] = { $ref: `#/components/${group}/Moved` };
  };

  test.each<[string, (document: Json) => void]>([
    ['an answer', (d) => moved(d, post(d).responses, '422', 'responses')],
    ['a body', (d) => moved(d, post(d), 'requestBody', 'requestBodies')],
    ['a parameter', (d) => moved(d, post(d).parameters, '1', 'parameters')],
    ['the schema of a body', (d) => moved(d, post(d).requestBody.content['application/json'], 'schema', 'schemas')],
    ['a property of a body', (d) => moved(d, body(d).properties, 'area', 'schemas')],
    ['a property of an answer', (d) => moved(d, table(d).properties, 'guests', 'schemas')],
    ['a part of `allOf`', (d) => moved(d, post(d).responses['422'].content['application/problem+json'].schema.allOf, '1', 'schemas')],
  ])('is the same: %s', (_, move) => {
    expect(changed(move)).toEqual([]);
    const document = made();
    move(document);
    expect(breaksBetween(contractOf(document), contractOf(made()))).toEqual([]);
  });

  test('is still compared', () => {
    const document = made();
    moved(document, post(document), 'requestBody', 'requestBodies');
    const before = structuredClone(document);
    document.components.requestBodies.Moved.required = true;
    document.components.requestBodies.Moved.content['application/json'].schema.required.push('phone');
    expect(breaksBetween(contractOf(before), contractOf(document))).toEqual([
      'POST /tables: a body is required now',
      'POST /tables: the body: the property phone is required now',
    ]);
  });
});

test('the check and the script that writes refuse a breaking change', () => {
  const document = made();
  delete document.paths['/tables'].get;
  for (const isCheck of [true, false])
    expect(judge(parsed(textOf(made())), document, isCheck)).toEqual([
      'GET /tables: the operation is gone',
      expect.stringContaining('npm run openapi -- --breaking'),
    ]);
});

test('a missing snapshot is stale', () => {
  expect([judge(parsed(null), made(), true), judge(parsed(null), made(), false)]).toEqual([[expect.stringContaining('is stale')], []]);
});
