/** The fields of forms, as the start page derives them from the schemas of bodies. */
import { describe, expect, test } from 'vitest';
import { digitsOf, fieldsOf } from '../../src/web/play/schema.js';
import { inGroups } from '../../src/web/play/words.js';

const code = { type: 'string', autocomplete: 'one-time-code' };
const handedOver = { type: 'object', 'x-handed-over': true };
const required = (schema: Parameters<typeof fieldsOf>[0]) => fieldsOf(schema).map((field) => [field.name, field.required]);

describe('a field is required', () => {
  test('if the schema says so', () => {
    expect(required({ properties: { code, name: { type: 'string' } }, required: ['code'] })).toEqual([
      ['code', true],
      ['name', false],
    ]);
  });

  test('if it is the only one that a person fills in, and the body must not be empty', () => {
    expect(required({ properties: { code, credential: handedOver }, minProperties: 1 })).toEqual([['code', true]]);
    expect(required({ properties: { code, credential: handedOver } })).toEqual([['code', false]]);
    expect(required({ properties: { code, other: code }, minProperties: 1 }).flat()).not.toContain(true);
  });
});

test('a code has a field per digit only if it has a fixed number of digits', () => {
  expect(digitsOf({ pattern: '^[0-9]{6}$' })).toBe(6);
  expect(digitsOf({ pattern: '^[0-9]{8}$' })).toBe(8);
  for (const pattern of ['', '^[0-9A-Z]{10}$', '^[0-9]{6,8}$', '^[0-9]{6}|[A-Z]{10}$']) expect(digitsOf({ pattern })).toBeNull();
});

test('the key of an app is shown in groups of four', () => {
  expect(inGroups('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
});
