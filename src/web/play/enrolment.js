// @ts-check
/** Shows what a person needs to add a factor: the QR code of an authenticator app, or a list of backup codes. */
import { html, nothing } from '../vendor/lit-html.js';
import { inGroups } from './words.js';

/**
 * @typedef {{ qrCode: string, secret: string, address: string }} AppEnrolment
 * @typedef {{ codes: string[] }} CodesEnrolment
 */

/** @param {unknown} data the enrolment of a session */
export function enrolment(data) {
  if (isApp(data)) return appEnrolment(data);
  return isCodes(data) ? codesEnrolment(data) : nothing;
}

/** @param {AppEnrolment} app */
function appEnrolment({ qrCode, secret, address }) {
  return html`<figure class="enrolment">
    <img src=${qrCode} width="220" height="220" alt="QR code for an authenticator app">
    <figcaption>Scan the QR code with an authenticator app, or <a href=${address}>open the app on this device</a>.
      Or type this key into the app: <code class="secret">${inGroups(secret)}</code>
      Then enter the code that the app shows.</figcaption>
  </figure>`;
}

/** @param {CodesEnrolment} enrolled */
function codesEnrolment({ codes }) {
  const copy = (/** @type {Event} */ { currentTarget }) => copied(codes.join('\n'), currentTarget);
  return html`<figure class="enrolment codes">
    <figcaption>Each code works once, and the codes are shown only here. Save them, then enter one of them.</figcaption>
    <ol>${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
    <p class="actions">${navigator.clipboard ? html`<button type="button" @click=${copy}>Copy</button>` : nothing}
      <button type="button" @click=${() => print()}>Print</button> <span role="status"></span></p>
  </figure>`;
}

/**
 * @param {string} text
 * @param {unknown} button
 */
async function copied(text, button) {
  await navigator.clipboard.writeText(text);
  const status = button instanceof HTMLElement ? button.parentElement?.querySelector('[role="status"]') : null;
  if (status) status.textContent = 'Copied';
}

/**
 * @param {unknown} data
 * @returns {data is AppEnrolment}
 */
function isApp(data) {
  return typeof data === 'object' && data !== null && 'qrCode' in data && 'secret' in data && 'address' in data;
}

/**
 * @param {unknown} data
 * @returns {data is CodesEnrolment}
 */
function isCodes(data) {
  return typeof data === 'object' && data !== null && 'codes' in data && Array.isArray(data.codes);
}
