/** Schemas of the OpenAPI document in forms that generators of clients understand. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { portableSchema } from '../../src/http/openapi/portable-schema.ts';

const Choice = Type.Union([Type.Literal('sms', { title: 'Text message' }), Type.Literal('voice')]);
const orNull = (schema: Parameters<typeof Type.Optional>[0]) => Type.Union([schema, Type.Null()], { description: 'Or null' });

test.each([
  ['a choice', Choice, { type: 'string', enum: ['sms', 'voice'] }],
  ['a constant', Type.Literal('POST'), { type: 'string', enum: ['POST'] }],
  [
    'an optional text',
    orNull(Type.String({ format: 'date-time' })),
    { type: ['string', 'null'], format: 'date-time', description: 'Or null' },
  ],
  ['an optional choice', orNull(Choice), { type: ['string', 'null'], enum: ['sms', 'voice', null], description: 'Or null' }],
  [
    'a choice of null and values',
    Type.Union([Type.Literal('sms'), Type.Literal('voice'), Type.Null()]),
    {
      type: ['string', 'null'],
      enum: ['sms', 'voice', null],
    },
  ],
  [
    'an optional object',
    orNull(Type.Object({ at: Choice })),
    {
      type: ['object', 'null'],
      required: ['at'],
      properties: { at: { type: 'string', enum: ['sms', 'voice'] } },
      description: 'Or null',
    },
  ],
  ['an optional reference', { anyOf: [{ $ref: '#/a' }, { type: 'null' }] }, { anyOf: [{ $ref: '#/a' }, { type: 'null' }] }],
  [
    'alternatives of objects',
    { anyOf: [{ type: 'object' }, { type: 'object', properties: {} }] },
    {
      anyOf: [{ type: 'object' }, { type: 'object', properties: {} }],
    },
  ],
  ['a record', Type.Record(Type.String(), Type.Integer()), { type: 'object', additionalProperties: { type: 'integer' } }],
  [
    'own keywords',
    Type.Array(Type.String({ choicesFrom: 'providers', autocomplete: 'email', 'x-handed-over': true })),
    {
      type: 'array',
      items: { type: 'string', 'x-choices-from': 'providers', 'x-autocomplete': 'email', 'x-handed-over': true },
    },
  ],
  [
    'properties named like own keywords',
    Type.Object({ choicesFrom: Type.String() }),
    {
      type: 'object',
      required: ['choicesFrom'],
      properties: { choicesFrom: { type: 'string' } },
    },
  ],
])('%s', (_, schema, portable) => {
  expect(portableSchema(JSON.parse(JSON.stringify(schema)))).toEqual(portable);
});
