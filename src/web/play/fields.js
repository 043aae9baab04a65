// @ts-check
/** Form fields from a schema: text, numbers, countries, choices, codes. */
import { html, nothing } from '../vendor/lit-html.js';
import { codeField } from './code-field.js';
import { choicesOf, digitsOf, fieldsOf, variantsOf } from './schema.js';

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {import('./schema.js').Field} Field
 * @typedef {{ id: string, values: Record<string, string>, errors: Record<string, string>, countries: [code: string, calling: string][],
 *   choose: (path: string, value: string) => void }} FormState values and errors by field path; `id` is unique on the page
 */

/** The schema counts code points, and the browser counts UTF-16 units: at most two a code point. The service checks the rest. */
const unitsPerCharacter = 2;

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** @type {Record<string, { type: string, inputmode?: string }>} input types and keyboards, by the HTML standard's `autocomplete` names */
const inputs = {
  email: { type: 'email', inputmode: 'email' },
  tel: { type: 'tel', inputmode: 'tel' },
  'current-password': { type: 'password' },
  'new-password': { type: 'password' },
};

/** @type {Record<string, string>} the same names by the format of a field */
const namesOfFormats = { email: 'email', phone: 'tel' };

/**
 * @param {Schema} schema of an object
 * @param {FormState} form
 * @param {string} [within]
 */
export function fields(schema, form, within = '') {
  const all = fieldsOf(schema, within);
  const [asked, more] = [all.filter(isAsked), all.filter((field) => !isAsked(field))];
  const drawn = (/** @type {Field[]} */ list) => list.map((field) => fieldOf(field, form));
  if (more.length === 0 || asked.length === 0) return drawn(all);
  return html`${drawn(asked)}<details class="more"><summary>More</summary>${drawn(more)}</details>`;
}

/** True for required fields, and for fields that a person can fill in from memory. The others are folded away. @param {Field} field */
function isAsked({ required, schema }) {
  const isPlain = schema.properties === undefined && schema.autocomplete !== 'language';
  return required || (isPlain && (schema.autocomplete !== undefined || schema.type !== 'string'));
}

/**
 * @param {Field} field
 * @param {FormState} form
 * @returns {unknown}
 */
function fieldOf(field, form) {
  const { schema, path, label } = field;
  const variants = variantsOf(schema);
  if (variants !== null) return variantField(variants, field, form);
  if (schema.properties !== undefined)
    return html`<fieldset class="field"><legend>${label}</legend>${fields(schema, form, path)}</fieldset>`;
  const choices = choicesOf(schema);
  if (choices !== null) return choiceField(choices, field, form);
  const digits = schema.autocomplete === 'one-time-code' ? digitsOf(schema) : null;
  if (digits !== null) return codeField({ id: idOf(field, form), name: path, digits, label });
  if (schema.autocomplete === 'country') return countryField(field, form);
  if (schema.type === 'boolean')
    return html`<p class="field check"><label><input type="checkbox" name=${path} ?checked=${form.values[path] === 'true'}> ${label}</label></p>`;
  return textField(field, form);
}

/**
 * @param {Field} field
 * @param {FormState} form
 */
function textField(field, form) {
  const { path, label, required, schema } = field;
  const { type, inputmode } = inputs[schema.autocomplete ?? namesOfFormats[schema.format ?? ''] ?? ''] ?? {
    type: schema.type === 'integer' ? 'number' : 'text',
  };
  const id = idOf(field, form);
  const error = form.errors[path];
  return html`<p class="field">
    <label for=${id}>${label}${required ? nothing : html` <span class="quiet">optional</span>`}</label>
    <input id=${id} name=${path} type=${type} inputmode=${inputmode ?? nothing} autocomplete=${schema.autocomplete ?? 'off'}
      ?required=${required} min=${schema.minimum ?? nothing} max=${schema.maximum ?? nothing} maxlength=${schema.maxLength === undefined ? nothing : schema.maxLength * unitsPerCharacter}
      value=${form.values[path] ?? nothing} aria-invalid=${error === undefined ? nothing : 'true'}
      aria-describedby=${error === undefined ? nothing : `${id}-error`}>
    ${error === undefined ? nothing : html`<span class="error" id=${`${id}-error`}>${error}</span>`}
  </p>`;
}

/**
 * @param {Field} field
 * @param {FormState} form
 */
function countryField(field, form) {
  const id = idOf(field, form);
  const chosen = form.values[field.path] ?? '';
  const named = form.countries.map(([code, calling]) => ({ code, calling, name: countryNames.of(code) ?? code }));
  named.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return html`<p class="field">
    <label for=${id}>${field.label}</label>
    <select id=${id} name=${field.path} autocomplete="country">
      <option value="" ?selected=${chosen === ''}>Number starts with +</option>
      ${named.map(({ code, calling, name }) => html`<option value=${code} ?selected=${code === chosen}>${flagOf(code)} ${name} (+${calling})</option>`)}
    </select>
  </p>`;
}

/**
 * @param {{ value: string, label: string }[]} choices
 * @param {Field} field
 * @param {FormState} form
 */
function choiceField(choices, { path, label, required }, form) {
  const chosen = form.values[path] ?? choices[0]?.value;
  return html`<fieldset class="field choices"><legend>${label}</legend>
    ${choices.map(
      ({ value, label: text }) =>
        html`<label><input type="radio" name=${path} value=${value} ?checked=${value === chosen} ?required=${required}> ${text}</label>`,
    )}
  </fieldset>`;
}

/**
 * @param {Schema[]} variants
 * @param {Field} field
 * @param {FormState} form
 */
function variantField(variants, { path, label }, form) {
  const chosen = Number(form.values[path] ?? 0);
  const shown = variants[chosen];
  return html`<fieldset class="field choices"><legend>${label}</legend>
    ${variants.map(
      ({ title }, index) => html`<label><input type="radio" name=${path} value=${index} ?checked=${index === chosen}
        @change=${() => form.choose(path, String(index))}> ${(title ?? String(index + 1)).split(';')[0]}</label>`,
    )}
  </fieldset>
  ${shown === undefined ? nothing : fields(shown, form, path)}`;
}

/**
 * @param {Field} field
 * @param {FormState} form
 */
function idOf({ path }, { id }) {
  return `${id}${path.replaceAll('/', '-')}`;
}

/** A flag emoji: the two letters of the country code as regional indicator symbols. @param {string} code */
function flagOf(code) {
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 - 65 + (letter.codePointAt(0) ?? 0)));
}
