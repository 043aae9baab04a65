// @ts-check
/** The person's screen, built from the session's representation: its state, its events and its deadlines. */

import { addressOf } from '../diagrams/address.js';
import { around } from '../diagrams/machine.js';
import { html, nothing } from '../vendor/lit-html.js';
import { actions, answers, asWhom, isChoice } from './actions.js';
import { enrolment } from './enrolment.js';
import { fields } from './fields.js';
import { offersOf } from './offers.js';
import { passkeyButton } from './passkey.js';
import { asksFor, asksForSentCode, bodyOf, fieldsOf, inWords, isForDevice } from './schema.js';
import { beginningOf, deadlineInWords, eventInWords, leftOf, valueInWords, wordsOf } from './words.js';

/**
 * @typedef {import('./recorded-run.js').Run} Run
 * @typedef {import('./played-sessions.js').Member} Member
 * @typedef {import('./offers.js').Offer} Offer
 * @typedef {import('../diagrams/machine.js').Machine} Machine
 * @typedef {{ run: Run, machineOf: (workflow: string) => Machine | null, countries: [string, string][], clientKey: string | null,
 *   valuesOf: (schema: import('./schema.js').Schema, isStart: boolean) => Record<string, string>,
 *   choose: (path: string, value: string) => void, start: (body: Record<string, unknown>) => void, useKey: (key: string) => void,
 *   send: (depth: number, type: string, body: Record<string, unknown>, sender: string) => void,
 *   answer: (depth: number, task: string, outcome: string | null) => void, makeAccount: (phone: boolean, trusted: boolean) => void,
 *   again: () => void, goTo: (address: string, session: string) => boolean }} ScreenProps `clientKey` is null if the service needs none
 */

/** @param {ScreenProps} parts */
export function screen(parts) {
  const { run } = parts;
  const { root, focus } = run;
  if (root === null || focus === null) return startScreen(parts);
  const aside = focus === root ? [] : offersOf(root, parts.machineOf(root.workflow.name));
  const isOver = root.session.current.status === 'done';
  return html`${memberScreen(focus, parts)}
    ${aside.length === 0 ? nothing : html`<div class="around" role="group" aria-label=${root.workflow.title}><p class="quiet">${root.workflow.title}</p>${actions(aside, root, parts)}</div>`}
    <p class="again"><button type="button" class=${isOver ? 'primary' : 'plain'} ?disabled=${run.busy} @click=${parts.again}>Start over</button></p>`;
}

/** @param {ScreenProps} parts */
function startScreen(parts) {
  const { run } = parts;
  const { workflow } = run;
  const missing = run.needsAccount && run.cast.email === undefined;
  const heading = html`<h3 tabindex="-1" data-heading>${beginningOf(workflow)}</h3>`;
  if (!missing) return html`${heading}${startForm(parts)}`;
  // A workflow that an owner or an agent starts needs an account made here. A login can also name an account made elsewhere.
  return html`${heading}${accountForm(parts)}
    ${
      workflow.by === null
        ? html`<details class="own-account"><summary>I have an account</summary>${startForm(parts)}</details>`
        : refusal(parts, null)
    }`;
}

/** @param {ScreenProps} parts */
function startForm(parts) {
  const { run } = parts;
  const { start } = run.workflow;
  return html`<form @submit=${submitting(start, (body) => parts.start(body))} aria-busy=${run.busy}>
    ${refusal(parts, null)}
    ${clientKeyField(parts)}
    ${fields(start, formState(parts, 'start', start))}
    <p><button class="primary" ?disabled=${run.busy}>Start</button></p>
  </form>`;
}

/** The client key. The field is shown only if the service requires a key to start sessions. @param {ScreenProps} parts */
function clientKeyField({ clientKey, useKey }) {
  if (clientKey === null) return nothing;
  const used = (/** @type {Event} */ { currentTarget }) => currentTarget instanceof HTMLInputElement && useKey(currentTarget.value.trim());
  return html`<p class="field"><label for="client-key">Client key <span class="quiet">one of CLIENT_KEYS</span></label>
    <input id="client-key" type="password" autocomplete="off" required value=${clientKey} @input=${used}></p>`;
}

/** @param {ScreenProps} parts */
function accountForm({ run, makeAccount }) {
  // A login that has started has already named its device.
  const isTrustable = run.workflow.by === null && !run.needsPasskey && run.root === null;
  const make = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    makeAccount(data.has('phone'), data.has('trusted'));
  };
  return html`<form class="account" @submit=${make}>
    <p>${run.needsPasskey ? 'You need an account with a passkey first. Your browser asks you to create it.' : 'You need an account first.'}</p>
    <p class="field check"><label><input type="checkbox" name="phone" checked> with a phone number</label></p>
    ${isTrustable ? html`<p class="field check"><label><input type="checkbox" name="trusted"> on a trusted device</label></p>` : nothing}
    <p><button class="primary" ?disabled=${run.busy}>Create a test account</button></p>
  </form>`;
}

/**
 * @param {Member} member
 * @param {ScreenProps} parts
 */
function memberScreen(member, parts) {
  const { run } = parts;
  const { workflow, session, depth } = member;
  const { current } = session;
  const machine = parts.machineOf(workflow.name);
  const states = machine?.statesAt(current.state) ?? [];
  // A state without a screen or a description has those of the nearest state around it. A parallel state has several active states: the
  // first one with a screen names it, and the text joins the descriptions of all.
  const surrounding = around(current.state).flatMap((path) => machine?.state(path) ?? []);
  const own = states.flatMap((state) => state.description ?? []);
  const description = (own.length > 0 ? own : surrounding.flatMap((state) => state.description ?? []).slice(0, 1)).join(' ');
  const named = states.find((state) => state.screen !== null) ?? surrounding.find((state) => state.screen !== null);
  const offers = offersOf(member, machine);
  const typed = offers.filter(({ body }) => !isForDevice(body));
  const isWaiting = current.status !== 'done' && offers.length === 0;
  const { title, text } = wordsOf({
    screen: named?.screen ?? null,
    heading: named?.heading,
    help: named?.help,
    description: description === '' ? null : description,
    isWaiting,
    languages: navigator.languages,
    ...current,
  });
  const data = Object.entries(current.data).filter(([name, value]) => isTold(name) && isGiven(value));
  const known = named?.screen === 'code-entry' ? [] : data.filter(([, value]) => !isAddress(value));
  return html`<h3 tabindex="-1" data-heading>${title}</h3>
    ${text === '' ? nothing : html`<p>${text}</p>`}
    ${known.length === 0 ? nothing : html`<dl class="told">${known.map(([name, value]) => html`<div><dt>${inWords(name)}</dt><dd>${valueInWords(value)}</dd></div>`)}</dl>`}
    ${refusal(parts, depth)}
    ${run.needsAccount && run.cast.email === undefined && asksForLogin(offers) ? accountForm(parts) : nothing}
    ${data.map(([name, value]) => (isAddress(value) ? wayTo(name, value, () => parts.goTo(value, session.id)) : nothing))}
    ${enrolment(current.data['enrolment'])}
    ${passkeyButton(offers, member, parts)}
    ${forms(typed, member, parts)}
    ${current.status === 'done' ? proof(current) : counts(offers, member)}
    ${actions(typed, member, parts)}
    ${answers(member, parts)}`;
}

/** @param {readonly Offer[]} offers */
function asksForLogin(offers) {
  return offers.some(({ accepted, body }) => accepted && asksFor(body, 'current-password'));
}

/** True for data that describes the session. Counts have their own place, and so has data for a device. @param {string} name */
function isTold(name) {
  return !/Left$|^codeLength$|^request$|^enrolment$/.test(name);
}

/** False for an absent value and an empty list. @param {unknown} value */
function isGiven(value) {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isAddress(value) {
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value);
}

/**
 * A link to the provider, opened in a new tab. A window that this page opens keeps it as its opener, and can hand a value back. A window
 * opened from the link's menu cannot.
 * @param {string} name
 * @param {string} address
 * @param {() => boolean} open
 */
function wayTo(name, address, open) {
  const go = (/** @type {Event} */ event) => {
    if (open()) event.preventDefault();
  };
  const purpose = inWords(name.replace(/Url$/, '')).toLowerCase();
  return html`<p><a class="way" href=${address} target="_blank" rel="noopener" @click=${go}>Go to ${new URL(address).host} for the ${purpose} <span class="unseen">in a new tab</span></a></p>`;
}

/** Counts that concern codes. They appear only beside a form that asks for a code; other counts appear on the other screens. */
const ofCodes = new Set(['attemptsLeft', 'sendsLeft']);

/**
 * @param {Offer[]} offers
 * @param {Member} member
 */
function counts(offers, { workflow, session }) {
  const asksForCode = offers.some(({ accepted, body }) => accepted && asksForSentCode(body));
  const left = leftOf(Object.fromEntries(Object.entries(session.current.data).filter(([name]) => ofCodes.has(name) === asksForCode)));
  const awaited = new Set(offers.flatMap(({ accepted, until }) => (accepted || until === null ? [] : [until])));
  const pending = Object.values(workflow.deadlines).filter((name) => typeof session.current[name] === 'string');
  // A deadline with a button already has its countdown. The expiry of the session is always shown.
  const shown = pending.filter((name) => /^expires/.test(name) || !awaited.has(session.current[name]));
  if (left.length + shown.length === 0) return nothing;
  return html`<p class="counts quiet">
    ${left.length === 0 ? nothing : html`<span>${left.join('. ')}</span>`}
    ${shown.map((name) => html`<span>${deadlineInWords(name)} in <time data-until=${session.current[name]}></time></span>`)}
  </p>`;
}

/** @param {import('./played-sessions.js').Session['current']} current */
function proof({ result }) {
  if (!result) return nothing;
  const [, payload = ''] = result.token.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  const claims = JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2);
  return html`<details class="more"><summary>Signed result</summary>
    <p class="quiet">A signed token, in <code>result.token</code>. Its claims:</p><pre tabindex="0"><code>${claims}</code></pre></details>`;
}

/**
 * The forms of a screen: those of its own state first, then, folded, those that every state accepts.
 * @param {Offer[]} offers
 * @param {Member} member
 * @param {ScreenProps} parts
 */
function forms(offers, member, parts) {
  const asking = offers.filter(({ accepted, body }) => accepted && fieldsOf(body).length > 0 && !isChoice(body));
  const isCode = (/** @type {Offer} */ { body }) => asksFor(body, 'one-time-code');
  const own = asking.filter(({ anywhere }) => !anywhere).sort((a, b) => Number(isCode(b)) - Number(isCode(a)));
  const others = asking.filter(({ anywhere }) => anywhere);
  const first = own[0] ?? null;
  return html`${first === null ? nothing : eventForm(first, member, parts, true)}
    ${[...own.slice(1), ...others].map(
      (offer) =>
        html`<details class="more"><summary>${eventInWords(offer.type)}${asWhom(offer.sender)}</summary>${eventForm(offer, member, parts, false)}</details>`,
    )}`;
}

/**
 * @param {Offer} offer
 * @param {Member} member
 * @param {ScreenProps} parts
 * @param {boolean} isFirst
 */
function eventForm({ type, body, sender }, { depth }, parts, isFirst) {
  const send = submitting(body, (entered) => parts.send(depth, type, entered, sender));
  const id = sender === 'holder' ? `${depth}-${type}` : `${depth}-${type}-${sender}`;
  return html`<form data-event=${type} @submit=${send} aria-busy=${parts.run.busy}>
    ${fields(body, formState(parts, id, body))}
    <p><button class=${isFirst ? 'primary' : ''} ?disabled=${parts.run.busy}>${eventInWords(type)}${asWhom(sender)}</button></p>
  </form>`;
}

/**
 * @param {ScreenProps} parts
 * @param {number | null} depth of the session on the screen; null before it starts
 */
function refusal({ run }, depth) {
  const { refused } = run;
  const isHere = depth === null || refused?.depth === null || refused?.depth === depth || run.focus === run.root;
  return html`<div role="alert" class="problem">${
    refused !== null && isHere
      ? html`<p><strong>${refused.title}.</strong> ${detailOf(refused)}${refused.retryAt === null ? nothing : html` Try again in <time data-until=${refused.retryAt}></time>.`}
          ${refused.isAnswer ? html`<a href=${addressOf(`/problems/${refused.code}`)}>Learn more</a>` : nothing}</p>`
      : nothing
  }</div>`;
}

/**
 * The detail without the state, and without the parts that the title or a countdown already shows.
 * @param {import('./refusal.js').Refused} refused
 */
function detailOf({ title, detail, retryAt }) {
  const lasting = retryAt === null ? detail : detail.replace(/\s*Try again in \d+ seconds?\.$/, '');
  const said = lasting.replace(/ The session is in the state \S+$/, '').replace(/ in the state \S+$/, '.');
  return said === `${title}.` ? '' : said;
}

/**
 * @param {ScreenProps} parts
 * @param {string} id
 * @param {import('./schema.js').Schema} schema
 * @returns {import('./fields.js').FormState}
 */
function formState({ run, valuesOf, countries, choose }, id, schema) {
  return { id: `f-${id}`, values: valuesOf(schema, id === 'start'), errors: run.refused?.errors ?? {}, countries, choose };
}

/**
 * @param {import('./schema.js').Schema} schema
 * @param {(body: Record<string, unknown>) => void} send
 */
function submitting(schema, send) {
  return (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (event.currentTarget instanceof HTMLFormElement) send(bodyOf(schema, new FormData(event.currentTarget)));
  };
}
