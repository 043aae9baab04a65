// @ts-check
/** Derives form fields from the schema of a body, and a body from the entered values. */

/**
 * @typedef {{ type?: string, format?: string, title?: string, description?: string, autocomplete?: string, properties?: Record<string, Schema>,
 *   'x-handed-over'?: boolean, required?: string[], anyOf?: Schema[], const?: unknown, writeOnly?: boolean, examples?: unknown[], pattern?: string,
 *   minLength?: number, maxLength?: number, minimum?: number, maximum?: number, minProperties?: number }} Schema
 * @typedef {{ path: string, name: string, label: string, required: boolean, schema: Schema }} Field
 */

/** `CHANGE_EMAIL`, `change-email` and `changeEmail` as “Change email”. @param {string} name */
export function inWords(name) {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** True if another page hands the value over instead of a person. @param {Schema} schema */
function isHandedOver(schema) {
  return schema['x-handed-over'] === true;
}

/** True for the body of an event that a device answers alone: a form of it would be empty. @param {Schema} schema */
export function isForDevice(schema) {
  return schema.properties?.['credential'] !== undefined && fieldsOf(schema).length === 0;
}

/** True if a body requires a value that another page hands over. A person cannot fill in such a body. @param {Schema} schema */
export function needsHandOver({ properties = {}, required = [] }) {
  return Object.entries(properties).some(([name, schema]) => required.includes(name) && isHandedOver(schema));
}

/**
 * The fields that a person fills in, in the order of the schema.
 * @param {Schema} schema
 * @param {string} [within] the path of the object
 * @returns {Field[]}
 */
export function fieldsOf({ properties = {}, required = [], minProperties = 0 }, within = '') {
  const entries = Object.entries(properties).filter(([, schema]) => schema.const === undefined && !isHandedOver(schema));
  // A body that must not be empty needs its only field.
  const isNeeded = minProperties > 0 && entries.length === 1;
  return entries.map(([name, schema]) => ({
    path: `${within}/${name}`,
    name,
    label: schema.title ?? inWords(name),
    required: isNeeded || required.includes(name),
    schema,
  }));
}

/**
 * The options of a choice, with their values and labels; null for another kind of schema.
 * @param {Schema} schema
 * @returns {{ value: string, label: string }[] | null}
 */
export function choicesOf({ anyOf = [] }) {
  if (anyOf.length === 0 || anyOf.some((option) => option.const === undefined)) return null;
  return anyOf.map((option) => ({ value: String(option.const), label: option.title ?? inWords(String(option.const)) }));
}

/** The alternatives of a union of objects, told apart by their constants; null for another kind of schema. @param {Schema} schema */
export function variantsOf({ anyOf = [] }) {
  return anyOf.length > 0 && anyOf.every((option) => option.properties !== undefined) ? anyOf : null;
}

/** The number of digits of a code; null for a code that has letters, or any length. @param {Schema} schema */
export function digitsOf({ pattern = '' }) {
  const digits = /^\^\[0-9\]\{(\d+)\}\$$/.exec(pattern)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The entered body. Optional fields that were left empty are absent.
 * @param {Schema} schema
 * @param {FormData} data by field path
 * @param {string} [within]
 * @returns {Record<string, unknown>}
 */
export function bodyOf(schema, data, within = '') {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const { path, name, required, schema: of } of fieldsOf(schema, within)) {
    const value = enteredValue(of, data, path);
    if (value !== undefined || required) body[name] = value ?? '';
  }
  for (const [name, { const: constant }] of Object.entries(schema.properties ?? {})) if (constant !== undefined) body[name] = constant;
  return body;
}

/**
 * @param {Schema} schema
 * @param {FormData} data
 * @param {string} path
 */
function enteredValue(schema, data, path) {
  const variants = variantsOf(schema);
  if (variants !== null) return bodyOf(variants[Number(data.get(path) ?? 0)] ?? {}, data, path);
  if (schema.properties !== undefined) {
    const inner = bodyOf(schema, data, path);
    return Object.keys(inner).length === 0 ? undefined : inner;
  }
  if (schema.type === 'boolean') return data.has(path) ? true : undefined;
  const text = String(data.get(path) ?? '').trim();
  if (text === '') return undefined;
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}

/**
 * True if a body of this schema has a field with this `autocomplete` name.
 * @param {Schema} schema
 * @param {string} autocomplete
 * @returns {boolean}
 */
export function asksFor(schema, autocomplete) {
  return fieldsOf(schema).some(({ schema: of }) => of.autocomplete === autocomplete);
}

/** True if a body asks for a code that was sent: its length is known. @param {Schema} schema */
export function asksForSentCode(schema) {
  return fieldsOf(schema).some(({ schema: of }) => of.autocomplete === 'one-time-code' && digitsOf(of) !== null);
}

/**
 * The secret fields, with their `autocomplete` names, which may be empty.
 * @param {Schema} schema
 * @returns {Map<string, string>}
 */
export function secretsOf({ properties = {}, anyOf = [] }) {
  const own = Object.entries(properties).flatMap(([name, schema]) => {
    const inner = [...secretsOf(schema)];
    return schema.writeOnly === true ? [/** @type {const} */ ([name, schema.autocomplete ?? '']), ...inner] : inner;
  });
  return new Map([...own, ...anyOf.flatMap((each) => [...secretsOf(each)])]);
}
