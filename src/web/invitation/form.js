// @ts-check
/** The form of an event: a field for each member of its body, and a button. */

/**
 * @typedef {{ type?: string, title?: string, description?: string, autocomplete?: string, properties?: Record<string, Schema>,
 *   required?: string[], anyOf?: Schema[], enum?: unknown[], const?: unknown, minLength?: number, maxLength?: number, minimum?: number,
 *   maximum?: number }} Schema
 */

/** `canResendAt` and `ask-again` as “Can resend at” and “Ask again”. @param {string} name */
export function inWords(name) {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_.|]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The values of a choice; null for another kind of schema. @param {Schema} schema */
function choicesOf({ anyOf = [], enum: values }) {
  if (values !== undefined) return values.map((value) => ({ value: String(value), label: inWords(String(value)) }));
  if (anyOf.length === 0 || anyOf.some((option) => option.const === undefined)) return null;
  return anyOf.map(({ const: value, title }) => ({ value: String(value), label: title ?? inWords(String(value)) }));
}

/**
 * @param {Schema} body
 * @param {{ title: string, description: string, isFirst: boolean, prefix: string }} event
 */
export function formOf({ properties = {}, required = [] }, { title, description, isFirst, prefix }) {
  const form = document.createElement('form');
  for (const [name, schema] of Object.entries(properties))
    form.append(fieldOf(name, schema, { isRequired: required.includes(name), prefix }));
  const [button, about] = [document.createElement('button'), document.createElement('p')];
  button.textContent = title;
  button.className = isFirst ? 'primary' : '';
  about.textContent = description;
  about.id = `${prefix}-about`;
  button.setAttribute('aria-describedby', about.id);
  form.append(about, button);
  return form;
}

/**
 * @param {string} name
 * @param {Schema} schema
 * @param {{ isRequired: boolean, prefix: string }} place
 */
function fieldOf(name, schema, { isRequired, prefix }) {
  const [field, label] = [document.createElement('p'), document.createElement('label')];
  const input = inputOf(schema, isRequired);
  input.id = `${prefix}-${name}`;
  input.setAttribute('name', name);
  label.htmlFor = input.id;
  label.textContent = (schema.title ?? inWords(name)) + (isRequired || schema.type === 'boolean' ? '' : ' (optional)');
  field.append(label, input);
  return field;
}

/**
 * @param {Schema} schema
 * @param {boolean} isRequired
 */
function inputOf(schema, isRequired) {
  const choices = choicesOf(schema);
  if (choices !== null) {
    const select = document.createElement('select');
    select.required = isRequired;
    if (!isRequired) select.append(new Option('', ''));
    select.append(...choices.map(({ value, label }) => new Option(label, value)));
    return select;
  }
  const input = document.createElement('input');
  if (schema.type === 'boolean') {
    input.type = 'checkbox';
    return input;
  }
  input.required = isRequired;
  if (schema.autocomplete !== undefined) input.setAttribute('autocomplete', schema.autocomplete);
  if (schema.type === 'integer' || schema.type === 'number') {
    input.type = 'number';
    input.step = schema.type === 'integer' ? '1' : 'any';
    if (schema.minimum !== undefined) input.min = String(schema.minimum);
    if (schema.maximum !== undefined) input.max = String(schema.maximum);
  } else if (schema.maxLength !== undefined) {
    // The schema counts code points, and the browser counts UTF-16 units: at most two a code point.
    input.maxLength = schema.maxLength * 2;
  }
  return input;
}

/**
 * The entered body. Optional fields that were left empty are absent.
 * @param {Schema} schema
 * @param {FormData} data
 */
export function bodyIn({ properties = {}, required = [] }, data) {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [name, schema] of Object.entries(properties)) {
    const text = String(data.get(name) ?? '').trim();
    if (schema.type === 'boolean') body[name] = data.has(name);
    else if (text !== '' || required.includes(name)) body[name] = enteredValue(schema, text);
  }
  return body;
}

/**
 * @param {Schema} schema
 * @param {string} text
 */
function enteredValue(schema, text) {
  const numbers = [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'integer' || type === 'number');
  return numbers && text !== '' ? Number(text) : text;
}
