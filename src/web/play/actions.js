// @ts-check
/** Buttons for events that need no typing: one for each event or choice, and disabled ones for events that become available later. */
import { repeat } from '../vendor/directives/repeat.js';
import { html, nothing } from '../vendor/lit-html.js';
import { choicesOf, fieldsOf, inWords } from './schema.js';
import { eventInWords } from './words.js';

/**
 * @typedef {import('./offers.js').Offer} Offer
 * @typedef {import('./played-sessions.js').Member} Member
 * @typedef {import('./screen.js').ScreenProps} ScreenProps
 */

/**
 * @param {Offer[]} offers
 * @param {Member} member
 * @param {ScreenProps} parts
 */
export function actions(offers, member, { run, send }) {
  const { depth } = member;
  const isAsked = offers.some(({ accepted, anywhere, body }) => accepted && !anywhere && fieldsOf(body).length > 0 && !isChoice(body));
  // On a screen without a form, the first action is the main one.
  const main =
    isAsked || depth !== run.focus?.depth
      ? undefined
      : offers.find(({ accepted, anywhere, sender }) => accepted && !anywhere && sender === 'holder');
  const buttons = offers.flatMap((offer) => {
    if (!offer.accepted) return [{ key: labelOf(offer), button: later(offer) }];
    const kind = offer === main ? 'primary' : '';
    return saidBy(offer, member).map(({ label, body }) => ({
      key: label,
      button: html`<button type="button" class=${kind} ?disabled=${run.busy} @click=${() => send(depth, offer.type, body, offer.sender)}>${label}</button>`,
    }));
  });
  if (buttons.length === 0) return nothing;
  // Each button keeps its own element. Otherwise a button could change its meaning just before a click.
  return html`<p class="actions">${repeat(
    buttons,
    ({ key }) => `${depth} ${key}`,
    ({ button }) => button,
  )}</p>`;
}

/**
 * The bodies that need no typing, one for each button.
 * @param {Offer} offer
 * @param {Member} member
 * @returns {{ label: string, body: Record<string, unknown> }[]}
 */
function saidBy({ type, sender, body }, { session }) {
  const label = labelOf({ type, sender });
  const [field] = fieldsOf(body);
  if (field === undefined) return [{ label, body: {} }];
  const others = isChoice(body) ? (choicesOf(field.schema) ?? []).filter(({ value }) => value !== session.current.data[field.name]) : [];
  return others.map(({ value, label: option }) => ({ label: `${label}: ${option.toLowerCase()}`, body: { [field.name]: value } }));
}

/** @param {Offer} offer */
function later(offer) {
  const { until, reason } = offer;
  return html`<button type="button" aria-disabled="true" title=${reason === null ? nothing : inWords(reason)}>${labelOf(offer)}
    <span class="wait">in <time data-until=${until}></time></span></button>`;
}

/** The party of an offer, if it is not the person on the screen: `, as the first approver`. @param {string} sender */
export function asWhom(sender) {
  return sender === 'holder' ? '' : `, as the ${inWords(sender).toLowerCase()}`;
}

/**
 * Buttons that answer for the backends: one for each outcome of each task that waits for one.
 * @param {Member} member
 * @param {ScreenProps} parts
 */
export function answers({ tasks, depth }, { run, answer }) {
  if (tasks.length === 0) return nothing;
  return html`${repeat(
    tasks,
    ({ number }) => `${depth} ${number}`,
    ({ task, setting, outcomes }) => {
      const backend = inWords(setting.replace(/_URL$/, '').toLowerCase().replaceAll('_', '-')).toLowerCase();
      return html`<div class="around" role="group" aria-label=${`Answers of the ${backend}`}>
      <p class="quiet">${inWords(task)}: the ${backend} is asked</p>
      <p class="actions">${[...outcomes, null].map(
        (outcome) =>
          html`<button type="button" ?disabled=${run.busy} @click=${() => answer(depth, task, outcome)}>${inWords(outcome ?? 'failed')}, as the ${backend}</button>`,
      )}</p></div>`;
    },
  )}`;
}

/** @param {Pick<Offer, 'type' | 'sender'>} offer */
function labelOf({ type, sender }) {
  return `${eventInWords(type)}${asWhom(sender)}`;
}

/** True if the body is one choice from a list. @param {import('./schema.js').Schema} body */
export function isChoice(body) {
  const [field, ...others] = fieldsOf(body);
  return field !== undefined && others.length === 0 && choicesOf(field.schema) !== null;
}
