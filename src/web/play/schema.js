// @ts-check
/** What the schema of a body says a person is to be asked, and how their answers become a body again. */

/**
 * @typedef {{ type?: string, title?: string, description?: string, autocomplete?: string, properties?: Record<string, Schema>,
 *   'x-handed-over'?: boolean, required?: string[], anyOf?: Schema[], const?: unknown, writeOnly?: boolean, examples?: unknown[], pattern?: string,
 *   minLength?: number, maxLength?: number, minimum?: number, maximum?: number }} Schema
 * @typedef {{ path: string, name: string, label: string, required: boolean, schema: Schema }} Field
 */

/** `CHANGE_EMAIL`, `change-email` and `changeEmail` are „Change email“ to a person. @param {string} name */
export function inWords(name) {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether a page fills it in, and no person. @param {Schema} schema */
function isHandedOver(schema) {
  return schema['x-handed-over'] === true;
}

/** Whether a body has to have what only another page hands over: there is nothing for a person to say then. @param {Schema} schema */
export function needsHandOver({ properties = {}, required = [] }) {
  return Object.entries(properties).some(([name, schema]) => required.includes(name) && isHandedOver(schema));
}

/**
 * The fields of an object that a person is asked for, in the order of its schema.
 * @param {Schema} schema
 * @param {string} [within] the path of the object
 * @returns {Field[]}
 */
export function fieldsOf({ properties = {}, required = [] }, within = '') {
  return Object.entries(properties)
    .filter(([, schema]) => schema.const === undefined && !isHandedOver(schema))
    .map(([name, schema]) => ({
      path: `${within}/${name}`,
      name,
      label: schema.title ?? inWords(name),
      required: required.includes(name),
      schema,
    }));
}

/**
 * What one of several is chosen from: the values, and what a person reads; null for another kind of schema.
 * @param {Schema} schema
 * @returns {{ value: string, label: string }[] | null}
 */
export function choicesOf({ anyOf = [] }) {
  if (anyOf.length === 0 || anyOf.some((option) => option.const === undefined)) return null;
  return anyOf.map((option) => ({ value: String(option.const), label: option.title ?? inWords(String(option.const)) }));
}

/** The objects of which the body holds one, each known by what is constant in it; null for another kind of schema. @param {Schema} schema */
export function variantsOf({ anyOf = [] }) {
  return anyOf.length > 0 && anyOf.every((option) => option.properties !== undefined) ? anyOf : null;
}

/** How many digits a code has. @param {Schema} schema */
export function digitsOf({ pattern = '' }) {
  return Number(/\{(\d+)\}/.exec(pattern)?.[1] ?? 6);
}

/**
 * The body that was entered. What was left empty and may be is not in it.
 * @param {Schema} schema
 * @param {FormData} data by the paths of the fields
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
 * Whether a body of this schema asks for a field that a browser knows under this name.
 * @param {Schema} schema
 * @param {string} autocomplete
 * @returns {boolean}
 */
export function asksFor(schema, autocomplete) {
  return fieldsOf(schema).some(({ schema: of }) => of.autocomplete === autocomplete);
}

/**
 * The fields whose texts are nobody else's to know, and what browsers call them, if anything.
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
