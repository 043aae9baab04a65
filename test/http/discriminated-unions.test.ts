/** Unions in the OpenAPI document: a discriminator where one property tells the alternatives apart. */
import { expect, test } from 'vitest';
import { withDiscriminators } from '../../src/http/openapi/discriminated-unions.ts';

const kind = (value: string, more: object = {}) => ({
  type: 'object',
  required: ['kind', ...Object.keys(more)],
  properties: { kind: { type: 'string', enum: [value] }, ...more },
});
const text = { type: 'string' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

test('alternatives in place become components under the name of their property and their value', () => {
  const order = {
    type: 'object',
    properties: { payment: { description: 'How', anyOf: [kind('bank-card', { number: text }), kind('cash')] } },
  };
  expect(withDiscriminators({ Order: order })).toEqual({
    Order: {
      type: 'object',
      properties: {
        payment: {
          description: 'How',
          oneOf: [ref('PaymentBankCard'), ref('PaymentCash')],
          discriminator: {
            propertyName: 'kind',
            mapping: { 'bank-card': '#/components/schemas/PaymentBankCard', cash: '#/components/schemas/PaymentCash' },
          },
        },
      },
    },
    PaymentBankCard: kind('bank-card', { number: text }),
    PaymentCash: kind('cash'),
  });
});

test('alternatives that are components keep their names', () => {
  const schemas = { Cat: kind('cat'), Dog: kind('dog'), Pets: { type: 'array', items: { anyOf: [ref('Cat'), ref('Dog')] } } };
  expect(withDiscriminators(schemas)['Pets']).toEqual({
    type: 'array',
    items: {
      oneOf: [ref('Cat'), ref('Dog')],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } },
    },
  });
});

test('the component around a union sets the names of two equal alternatives apart', () => {
  const holder = (more: object) => ({ properties: { payment: { anyOf: [kind('card', more), kind('cash', more)] } } });
  const { Gift: _, Order: __, ...added } = withDiscriminators({ Gift: holder({}), Order: holder({ number: text }) });
  expect(added).toEqual({
    PaymentCard: kind('card'),
    PaymentCash: kind('cash'),
    OrderPaymentCard: kind('card', { number: text }),
    OrderPaymentCash: kind('cash', { number: text }),
  });
});

test.each([
  ['no common property', [kind('card'), { type: 'object', required: ['cash'], properties: { cash: text } }]],
  ['the same value in two', [kind('card'), kind('card', { number: text })]],
  ['an optional property', [kind('card'), { ...kind('cash'), required: [] }]],
  ['a text', [kind('card'), text]],
  ['an alternative to null', [kind('card'), { type: 'null' }]],
  ['no alternatives', []],
])('%s makes no discriminator', (_, anyOf) => {
  const schemas = { Order: { properties: { payment: { anyOf } } } };
  expect(withDiscriminators(schemas)).toEqual(schemas);
});
