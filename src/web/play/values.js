// @ts-check
/** What a newcomer may leave as it stands in a form: examples of its schema, and the account that was made for the session. */
import { asksFor, fieldsOf, variantsOf } from './schema.js';

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ isStart: boolean, cast: import('./signs.js').Cast, tag: string }} Circumstances `tag` makes an address one of its own
 */

/** What has to be thought of by whoever is asked for it later on: the example would be the one of the start. */
const ownAnswers = new Set(['email', 'one-time-code', 'current-password', 'new-password']);

/**
 * @param {Schema} schema
 * @param {Circumstances} circumstances
 * @returns {Record<string, string>} by the paths of the fields
 */
export function valuesOf(schema, circumstances) {
  const { isStart, cast } = circumstances;
  const values = examplesOf(schema, circumstances, '');
  const isLogin = asksFor(schema, 'current-password');
  if (isLogin && cast.email !== undefined) Object.assign(values, { '/email': cast.email, '/password': cast.password });
  if (isStart && cast.accountId !== undefined) values['/accountId'] = cast.accountId;
  return values;
}

/**
 * @param {Schema} schema
 * @param {Circumstances} circumstances
 * @param {string} within
 * @returns {Record<string, string>}
 */
function examplesOf(schema, circumstances, within) {
  // An address that becomes an account's is that account's from then on.
  const place = { isKept: within !== '' || asksFor(schema, 'new-password'), isNested: within !== '' };
  const entries = fieldsOf(schema, within).flatMap((field) => {
    const inner = variantsOf(field.schema) ?? (field.schema.properties === undefined ? null : [field.schema]);
    if (inner !== null) return inner.flatMap((each) => Object.entries(examplesOf(each, circumstances, field.path)));
    const example = exampleOf(field, circumstances, place);
    return example === null ? [] : [[field.path, example]];
  });
  return Object.fromEntries(entries);
}

/**
 * @param {import('./schema.js').Field} field
 * @param {Circumstances} circumstances
 * @param {{ isKept: boolean, isNested: boolean }} place
 */
function exampleOf({ required, schema }, { isStart, tag }, { isKept, isNested }) {
  const { autocomplete = '', examples: [example] = [] } = schema;
  if (autocomplete === 'tel') return numberOf(tag);
  const isGiven = required ? isStart || !ownAnswers.has(autocomplete) : isStart && isNested && autocomplete === '';
  if (!isGiven || (typeof example !== 'string' && typeof example !== 'number')) return null;
  return autocomplete === 'email' && isKept ? String(example).replace('@', `.${tag}@`) : String(example);
}

/** A number that could be somebody's mobile in France: one number gets few codes in ten minutes. @param {string} tag */
export function numberOf(tag) {
  return `+3361${String(Number.parseInt(tag, 36) % 1e7).padStart(7, '0')}`;
}

/** Four characters that hardly come twice. */
export function randomTag() {
  return Math.random().toString(36).slice(2, 6);
}
