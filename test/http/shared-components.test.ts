/** Repeated parts of the OpenAPI document become components, and references take their places. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { Device, EmailAddress, noFields } from '../../machines/fields.ts';
import { withSharedComponents } from '../../src/http/openapi/shared-components.ts';
import type { Json } from '../support/service.ts';

const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const ref = (group: string, name: string) => ({ $ref: `#/components/${group}/${name}` });
const plain = (value: object): Json => JSON.parse(JSON.stringify(value));

function shared(operations: Record<string, object>, components: object = {}): Json {
  const paths = Object.entries(operations).map(([operationId, parts]) => [`/${operationId}`, { post: { operationId, ...parts } }]);
  return withSharedComponents(plain({ paths: Object.fromEntries(paths), components }));
}

test('bodies and answers have the name of their operation', () => {
  const { paths, components } = shared({
    bookTable: {
      requestBody: json(Type.Object({ guests: Type.Integer() })),
      responses: { 200: json(Type.Object({ table: Type.String() })) },
    },
  });
  expect(paths['/bookTable'].post).toMatchObject({
    requestBody: json(ref('schemas', 'BookTableBody')),
    responses: { 200: json(ref('schemas', 'BookTableAnswer')) },
  });
  expect(components.schemas).toMatchObject({
    BookTableBody: { properties: { guests: { type: 'integer' } } },
    BookTableAnswer: { properties: { table: { type: 'string' } } },
  });
});

test('an answer that repeats the body refers to the body', () => {
  const same = Type.Object({ guests: Type.Integer() });
  const { paths, components } = shared({ bookTable: { requestBody: json(same), responses: { 200: json(same) } } });
  expect(paths['/bookTable'].post.responses).toEqual({ 200: json(ref('schemas', 'BookTableBody')) });
  expect(Object.keys(components.schemas)).toEqual(['BookTableBody']);
});

test('operations whose body has no fields share one', () => {
  const body = { required: false, ...json(noFields) };
  const { paths, components } = shared({ confirm: { requestBody: body, responses: {} }, cancel: { requestBody: body, responses: {} } });
  for (const path of ['/confirm', '/cancel']) expect(paths[path].post.requestBody).toEqual(ref('requestBodies', 'NoFields'));
  expect(components).toMatchObject({
    requestBodies: { NoFields: { required: false, ...json(ref('schemas', 'NoFields')) } },
    schemas: { NoFields: { type: 'object', additionalProperties: false } },
  });
});

test('a parameter that is a component becomes a reference, wherever it is described', () => {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  const day = { name: 'day', in: 'query', schema: { type: 'string' } };
  const { paths } = shared({ read: { parameters: [id, day], responses: {} } }, { parameters: { TableId: id } });
  expect(paths['/read'].post.parameters).toEqual([ref('parameters', 'TableId'), day]);
});

test('fields that workflows share are components under their names', () => {
  const body = Type.Object({ email: EmailAddress, device: Type.Optional(Device), guest: Type.Object({ email: EmailAddress }) });
  const { components } = shared({ bookTable: { requestBody: json(body), responses: {} } });
  expect(components.schemas.BookTableBody.properties).toMatchObject({
    email: ref('schemas', 'EmailAddress'),
    device: ref('schemas', 'Device'),
    guest: { properties: { email: ref('schemas', 'EmailAddress') } },
  });
  expect(components.schemas).toMatchObject({
    EmailAddress: { maxLength: 254, 'x-autocomplete': 'email' },
    Device: { properties: { name: { maxLength: 60 } } },
  });
});

test('a field in another form stays in its place, and so does one whose name is taken', () => {
  const email = { ...EmailAddress, description: 'The address of the guest' };
  const body = Type.Object({ email: Type.Unsafe(email), device: Device });
  const taken = { Device: { type: 'object', properties: { serial: { type: 'string' } } } };
  const { components } = shared({ bookTable: { requestBody: json(body), responses: {} } }, { schemas: taken });
  expect(components.schemas.BookTableBody.properties).toMatchObject({
    email: { description: 'The address of the guest' },
    device: { type: 'object', title: 'This device' },
  });
  expect(components.schemas.Device).toEqual(taken.Device);
});
