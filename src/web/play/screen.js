// @ts-check
/** The person's screen, made of what the session says of itself: its state, what it takes, what it counts down to. */
import { html, nothing } from '/assets/vendor/lit-html.js';
import { fields } from './fields.js';
import { offersOf } from './offers.js';
import { asksFor, bodyOf, choicesOf, fieldsOf, inWords } from './schema.js';
import { deadlineInWords, leftOf, wordsOf } from './words.js';

/**
 * @typedef {import('./run.js').Run} Run
 * @typedef {import('./run.js').Member} Member
 * @typedef {import('./offers.js').Offer} Offer
 * @typedef {import('../diagrams/machine.js').Machine} Machine
 * @typedef {{ run: Run, machineOf: (workflow: string) => Machine | null, countries: [string, string][],
 *   valuesOf: (schema: import('./schema.js').Schema, isStart: boolean) => Record<string, string>,
 *   choose: (path: string, value: string) => void, start: (body: Record<string, unknown>) => void,
 *   send: (depth: number, type: string, body: Record<string, unknown>) => void, makeAccount: (phone: boolean, trusted: boolean) => void,
 *   again: () => void }} ScreenParts
 */

/** @param {ScreenParts} parts */
export function screen(parts) {
  const { run } = parts;
  const { root, focus } = run;
  if (root === null || focus === null) return startScreen(parts);
  const around = focus === root ? [] : offersOf(root, parts.machineOf(root.workflow.name));
  return html`${memberScreen(focus, parts)}
    ${around.length === 0 ? nothing : html`<div class="around"><p class="quiet">${root.workflow.title}</p>${actions(around, root, parts)}</div>`}
    ${root.session.current.status === 'done' ? html`<p><button type="button" @click=${parts.again}>Start another</button></p>` : nothing}`;
}

/** @param {ScreenParts} parts */
function startScreen(parts) {
  const { run } = parts;
  const { workflow } = run;
  const missing = run.needsAccount && run.cast.email === undefined;
  return html`<h2>${workflow.title}</h2>
    ${missing ? accountForm(parts) : nothing}
    ${
      missing && workflow.by !== null
        ? nothing
        : html`<form @submit=${submitting(workflow.start, (body) => parts.start(body))} aria-busy=${run.busy}>
            ${fields(workflow.start, formState(parts, 'start', workflow.start))}
            ${refusal(parts, -1, 'start')}
            <p><button class="primary" ?disabled=${run.busy}>Start</button></p>
          </form>`
    }`;
}

/** @param {ScreenParts} parts */
function accountForm({ run, makeAccount }) {
  const make = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    makeAccount(data.has('phone'), data.has('trusted'));
  };
  return html`<form class="account" @submit=${make}>
    <p>${run.workflow.by === null ? 'It needs somebody who has an account.' : 'It is about somebody’s account.'}</p>
    <p class="field check"><label><input type="checkbox" name="phone" checked> with a telephone</label></p>
    ${run.workflow.by === null ? html`<p class="field check"><label><input type="checkbox" name="trusted"> on a trusted device</label></p>` : nothing}
    <p><button class=${run.workflow.by === null ? '' : 'primary'} ?disabled=${run.busy}>Make an account</button></p>
  </form>`;
}

/**
 * @param {Member} member
 * @param {ScreenParts} parts
 */
function memberScreen(member, parts) {
  const { workflow, session, depth } = member;
  const { current } = session;
  const state = parts.machineOf(workflow.name)?.state(current.state);
  const offers = offersOf(member, parts.machineOf(workflow.name));
  const isWaiting = current.status !== 'done' && offers.length === 0;
  const { title, text } = wordsOf(state?.screen ?? null, state?.description ?? null, current.data, isWaiting);
  const data = Object.entries(current.data);
  const known = state?.screen === 'code-entry' ? [] : data.filter(([name, value]) => isTold(name) && !isAddress(value));
  return html`<h2 tabindex="-1" data-heading>${title}</h2>
    ${text === '' ? nothing : html`<p>${text}</p>`}
    ${known.length === 0 ? nothing : html`<dl class="told">${known.map(([name, value]) => told(name, value))}</dl>`}
    ${data.map(([name, value]) => (isAddress(value) ? wayTo(name, value) : nothing))}
    ${forms(offers, member, parts)}
    ${refusal(parts, depth, null)}
    ${current.status === 'done' ? proof(current) : counts(member)}
    ${actions(offers, member, parts)}`;
}

/** What says how things are, and not how many are left. @param {string} name */
function isTold(name) {
  return !/Left$|^codeLength$/.test(name);
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isAddress(value) {
  return typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value);
}

/**
 * Where the person is to go, and come back from.
 * @param {string} name
 * @param {string} address
 */
function wayTo(name, address) {
  const purpose = inWords(name.replace(/Url$/, '')).toLowerCase();
  return html`<p><a class="way" href=${address} target="_blank" rel="noopener">Go to ${new URL(address).host} for the ${purpose} <span class="unseen">in a new tab</span></a></p>`;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function told(name, value) {
  return value === null || value === undefined ? nothing : html`<div><dt>${inWords(name)}</dt><dd>${String(value)}</dd></div>`;
}

/** @param {Member} member */
function counts({ workflow, session }) {
  const left = leftOf(session.current.data);
  const pending = Object.values(workflow.deadlines).filter((name) => typeof session.current[name] === 'string');
  return html`<p class="counts quiet">
    ${left.length === 0 ? nothing : html`<span>${left.join(', ')}</span>`}
    ${pending.map((name) => html`<span>${deadlineInWords(name)} in <time data-until=${session.current[name]}></time></span>`)}
  </p>`;
}

/** @param {import('./run.js').Session['current']} current */
function proof({ outcome, result }) {
  if (!result) return html`<p class="outcome">It ended as <code>${outcome}</code>.</p>`;
  const [, payload = ''] = result.token.split('.');
  const claims = JSON.stringify(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))), null, 2);
  return html`<p class="outcome">It ended as <code>${outcome}</code>, and this is the proof for your service, a signed token:</p>
    <details class="more"><summary>What it says</summary><pre tabindex="0"><code>${claims}</code></pre></details>`;
}

/**
 * The forms of a screen: what its own state asks for first, then, folded, what can be said in any state.
 * @param {Offer[]} offers
 * @param {Member} member
 * @param {ScreenParts} parts
 */
function forms(offers, member, parts) {
  const asking = offers.filter(({ accepted, body }) => accepted && fieldsOf(body).length > 0 && choiceIn(body) === null);
  const isCode = (/** @type {Offer} */ { body }) => asksFor(body, 'one-time-code');
  const own = asking.filter(({ anywhere }) => !anywhere).sort((a, b) => Number(isCode(b)) - Number(isCode(a)));
  const others = asking.filter(({ anywhere }) => anywhere);
  const first = own[0] ?? null;
  return html`${first === null ? nothing : eventForm(first, member, parts, true)}
    ${[...own.slice(1), ...others].map(
      (offer) => html`<details class="more"><summary>${inWords(offer.type)}</summary>${eventForm(offer, member, parts, false)}</details>`,
    )}`;
}

/**
 * @param {Offer} offer
 * @param {Member} member
 * @param {ScreenParts} parts
 * @param {boolean} isFirst
 */
function eventForm({ type, body, sender }, { depth }, parts, isFirst) {
  const send = submitting(body, (entered) => parts.send(depth, type, entered));
  return html`<form data-event=${type} @submit=${send} aria-busy=${parts.run.busy}>
    ${fields(body, formState(parts, `${depth}-${type}`, body))}
    <p><button class=${isFirst ? 'primary' : ''} ?disabled=${parts.run.busy}>${inWords(type)}${as(sender)}</button></p>
  </form>`;
}

/**
 * What needs no words: a button each, and one for each choice where it is a choice.
 * @param {Offer[]} offers
 * @param {Member} member
 * @param {ScreenParts} parts
 */
function actions(offers, { depth, session }, { run, send }) {
  const buttons = offers.flatMap(({ type, sender, body, accepted, until, reason }) => {
    const choice = choiceIn(body);
    const label = `${inWords(type)}${as(sender)}`;
    if (!accepted) return [later(label, until, reason)];
    if (choice === null && fieldsOf(body).length > 0) return [];
    const others = (choice?.choices ?? []).filter(({ value }) => value !== session.current.data[choice?.name ?? '']);
    if (choice === null) return [html`<button type="button" ?disabled=${run.busy} @click=${() => send(depth, type, {})}>${label}</button>`];
    return others.map(
      ({ value, label: option }) => html`<button type="button" ?disabled=${run.busy}
        @click=${() => send(depth, type, { [choice.name]: value })}>${label}: ${option.toLowerCase()}</button>`,
    );
  });
  return buttons.length === 0 ? nothing : html`<p class="actions">${buttons}</p>`;
}

/**
 * @param {string} label
 * @param {string | null} until
 * @param {string | null} reason
 */
function later(label, until, reason) {
  return html`<button type="button" aria-disabled="true" title=${reason === null ? nothing : inWords(reason)}>${label} <span class="wait">in <time data-until=${until}></time></span></button>`;
}

/** Where one of several things is all there is to say. @param {import('./schema.js').Schema} body */
function choiceIn(body) {
  const [field, ...others] = fieldsOf(body);
  const choices = field === undefined || others.length > 0 ? null : choicesOf(field.schema);
  return field === undefined || choices === null ? null : { name: field.name, choices };
}

/** @param {string} sender */
function as(sender) {
  return sender === 'holder' ? '' : `, as the ${sender}`;
}

/**
 * @param {ScreenParts} parts
 * @param {number} depth of the session; -1 for the one that is not there yet
 * @param {'start' | null} kind
 */
function refusal({ run }, depth, kind) {
  const { refused } = run;
  const isHere =
    refused !== null && (kind === 'start' || refused.step.do !== 'send' || refused.step.depth === depth || run.memberAt(1) === null);
  return html`<div role="alert" class="problem">${
    isHere && refused !== null
      ? html`<p><strong>${refused.title}.</strong> ${detailOf(refused)} <a href=${`/problems/${refused.code}`}>What is this?</a></p>`
      : nothing
  }</div>`;
}

/** What the title does not say. @param {import('./run.js').Refused} refused */
function detailOf({ title, detail }) {
  const said = detail.replace(/: the session is in \S+$/, '');
  return said === title ? '' : said;
}

/**
 * @param {ScreenParts} parts
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
