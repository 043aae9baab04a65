// @ts-check
/**
 * A code entry with one field per digit. A pasted or autofilled code is spread over all fields. The first field carries
 * `autocomplete="one-time-code"`, so that the browser offers the code there.
 */
import { html } from '../vendor/lit-html.js';
import { asciiDigitsIn } from './digits.js';

/** The digit of each field before the current input. @type {WeakMap<HTMLInputElement, string>} */
const before = new WeakMap();

/** @param {{ id: string, name: string, digits: number, label: string }} field */
export function codeField({ id, name, digits, label }) {
  return html`<fieldset class="field code" @input=${entered} @keydown=${pressed} @paste=${pasted} @focusin=${focused}>
    <legend>${label}</legend>
    <span class="digits">${Array.from(
      { length: digits },
      (_, index) => html`<input id=${index === 0 ? id : `${id}-${index + 1}`} type="text" inputmode="numeric" pattern="[0-9]" required
        aria-label=${`Digit ${index + 1} of ${digits}`} autocomplete=${index === 0 ? 'one-time-code' : 'off'}>`,
    )}</span>
    <input type="hidden" name=${name}>
  </fieldset>`;
}

/**
 * Fills a code into the form's code entry, as a paste would.
 * @param {ParentNode} form
 * @param {string} code
 */
export function fillCode(form, code) {
  const group = form.querySelector('fieldset.code');
  if (group instanceof HTMLElement) spread(group, 0, code);
}

/** Empties the code entries of a form. @param {ParentNode} form */
export function clearCode(form) {
  for (const group of form.querySelectorAll('fieldset.code')) {
    if (!(group instanceof HTMLElement)) continue;
    for (const field of digitsIn(group)) field.value = '';
    spread(group, 0, '');
  }
}

/** @param {HTMLElement} group */
function digitsIn(group) {
  return [...group.querySelectorAll('input')].filter(({ type }) => type === 'text');
}

/**
 * @param {HTMLElement} group
 * @param {number} from the index of the first digit
 * @param {string} text
 */
function spread(group, from, text) {
  const fields = digitsIn(group);
  const digits = asciiDigitsIn(text).slice(0, fields.length - from);
  digits.forEach((digit, index) => {
    const field = fields[from + index];
    if (field) field.value = digit;
  });
  for (const field of fields) before.set(field, field.value);
  const hidden = group.querySelector('input[type="hidden"]');
  if (hidden instanceof HTMLInputElement) hidden.value = fields.map(({ value }) => value).join('');
  fields[Math.min(from + digits.length, fields.length - 1)]?.focus();
}

/** @param {Event & { currentTarget: unknown }} event */
function entered({ target, currentTarget }) {
  if (!(target instanceof HTMLInputElement) || !(currentTarget instanceof HTMLElement)) return;
  const place = digitsIn(currentTarget).indexOf(target);
  const typed = replacing(before.get(target) ?? '', asciiDigitsIn(target.value));
  target.value = typed[0] ?? '';
  spread(currentTarget, place, typed.join(''));
}

/**
 * The new digits of a field. A digit typed into a filled field replaces the old one, on whichever side of it the cursor was.
 * @param {string} old
 * @param {string[]} digits
 */
function replacing(old, digits) {
  if (old === '' || digits.length !== 2) return digits;
  return digits[0] === old ? digits.slice(1) : digits.slice(0, 1);
}

/** Selects the digit of a field, so that the keyboard shows that typing replaces it. @param {FocusEvent} event */
function focused({ target }) {
  if (target instanceof HTMLInputElement) target.select();
}

/** @param {KeyboardEvent & { currentTarget: unknown }} event */
function pressed(event) {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLInputElement) || !(currentTarget instanceof HTMLElement)) return;
  const fields = digitsIn(currentTarget);
  const place = fields.indexOf(target);
  if (key === 'Backspace' && target.value === '' && place > 0) {
    const earlier = fields[place - 1];
    if (earlier) earlier.value = '';
    spread(currentTarget, place - 1, '');
    event.preventDefault();
  } else if (key === 'ArrowLeft') fields[place - 1]?.focus();
  else if (key === 'ArrowRight') fields[place + 1]?.focus();
}

/** @param {ClipboardEvent & { currentTarget: unknown }} event */
function pasted(event) {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  spread(event.currentTarget, 0, event.clipboardData?.getData('text') ?? '');
  event.preventDefault();
}
