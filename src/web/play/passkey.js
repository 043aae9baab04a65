// @ts-check
/** The button with which the device answers the request for a passkey, or makes a new one. The browser asks the person. */

import { html, nothing } from '../vendor/lit-html.js';
import { answerOf } from './passkey-ceremony.js';

/**
 * @typedef {import('./offers.js').Offer} Offer
 * @typedef {import('./played-sessions.js').Member} Member
 * @typedef {import('./passkey-ceremony.js').Options} Options
 */

/**
 * @param {Offer[]} offers
 * @param {Member} member
 * @param {import('./screen.js').ScreenProps} parts
 */
export function passkeyButton(offers, { session, depth }, parts) {
  const offer = offers.find(
    ({ accepted, sender, body }) => accepted && sender === 'holder' && body.properties?.['credential'] !== undefined,
  );
  if (offer === undefined) return nothing;
  const isNew = offer.type === 'enrol-factor';
  const options = optionsIn(session.current.data[isNew ? 'enrolment' : 'request']);
  if (options === null) return nothing;
  const ask = async () => parts.send(depth, offer.type, await answerOf(isNew, options), offer.sender);
  return html`<p><button type="button" class="primary" data-passkey ?disabled=${parts.run.busy} @click=${ask}>${isNew ? 'Create a passkey' : 'Use a passkey'}</button></p>`;
}

/**
 * @param {unknown} data
 * @returns {Options | null} null for data of another factor
 */
function optionsIn(data) {
  return typeof data === 'object' && data !== null && 'challenge' in data ? /** @type {Options} */ (data) : null;
}
