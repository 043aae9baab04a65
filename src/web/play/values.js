// @ts-check
/** Initial values of a form: the examples of its schema, and the test account of the session. */
import { asksFor, fieldsOf, variantsOf } from './schema.js';

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ isStart: boolean, cast: import('./placeholders.js').Cast, tag: string }} FormContext `tag` makes an address unique
 */

/** Fields without an example after the start: the example would repeat the value given at the start. */
const ownAnswers = new Set(['email', 'one-time-code', 'current-password', 'new-password']);

/**
 * @param {Schema} schema
 * @param {FormContext} context
 * @returns {Record<string, string>} by field path
 */
export function valuesOf(schema, context) {
  const { isStart, cast } = context;
  const values = examplesOf(schema, context, '');
  const isLogin = asksFor(schema, 'current-password');
  if (isLogin && cast.email !== undefined) Object.assign(values, { '/email': cast.email, '/password': cast.password });
  if (isStart && cast.accountId !== undefined) values['/accountId'] = cast.accountId;
  return values;
}

/**
 * @param {Schema} schema
 * @param {FormContext} context
 * @param {string} within
 * @returns {Record<string, string>}
 */
function examplesOf(schema, context, within) {
  // An account owns its address, so each new account needs a unique one.
  const place = { isUnique: within !== '' || asksFor(schema, 'new-password'), isNested: within !== '' };
  const entries = fieldsOf(schema, within).flatMap((field) => {
    const inner = variantsOf(field.schema) ?? (field.schema.properties === undefined ? null : [field.schema]);
    if (inner !== null) return inner.flatMap((each) => Object.entries(examplesOf(each, context, field.path)));
    const example = exampleOf(field, context, place);
    return example === null ? [] : [[field.path, example]];
  });
  return Object.fromEntries(entries);
}

/**
 * @param {import('./schema.js').Field} field
 * @param {FormContext} context
 * @param {{ isUnique: boolean, isNested: boolean }} place
 */
function exampleOf({ required, schema }, { isStart, tag }, { isUnique, isNested }) {
  const { autocomplete = '', examples: [example] = [] } = schema;
  if (autocomplete === 'tel') return numberOf(tag);
  const isGiven = required ? isStart || !ownAnswers.has(autocomplete) : isStart && isNested && autocomplete === '';
  if (!isGiven || (typeof example !== 'string' && typeof example !== 'number')) return null;
  return autocomplete === 'email' && isUnique ? String(example).replace('@', `.${tag}@`) : String(example);
}

/** A French mobile number. The tag varies it, because each number gets few codes in ten minutes. @param {string} tag */
export function numberOf(tag) {
  return `+3361${String(Number.parseInt(tag, 36) % 1e7).padStart(7, '0')}`;
}

/** Four random base-36 characters. Collisions are rare. */
export function randomTag() {
  return Math.random().toString(36).slice(2, 6);
}
