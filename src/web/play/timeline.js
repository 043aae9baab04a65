// @ts-check
/** The session's moments. The player can replay the session up to each of them, or copy a link that does so. */

import { addressOf } from '../diagrams/address.js';
import { html, nothing } from '../vendor/lit-html.js';
import { momentsOf, stepInWords } from './moments.js';
import { encoded, pathTo } from './path.js';
import { copying } from './requests.js';
import { durationInWords } from './words.js';

/** @typedef {import('./path.js').Path} Path */

/** @param {{ run: import('./recorded-run.js').Run, goTo: (path: Path) => void }} parts */
export function timeline({ run, goTo }) {
  const moments = momentsOf(run);
  const path = { workflow: run.workflow.name, steps: run.steps, until: 0 };
  return html`<section class="timeline" aria-label="What happened">
    <h2>What happened</h2>
    <p class="quiet">${
      moments.length === 0
        ? 'Each step appears here. You can go back to any step and try something else.'
        : 'Go back to a step in a new session, or share a link to it. The link contains what was entered, but no passwords or codes.'
    }</p>
    ${moments.length === 0 ? nothing : html`<ol>${moments.map((moment) => momentItem(moment, pathTo(path, moment), { isBusy: run.busy, goTo }))}</ol>`}
  </section>`;
}

/**
 * @param {import('./moments.js').Moment} moment
 * @param {Path} there
 * @param {{ isBusy: boolean, goTo: (path: Path) => void }} parts
 */
function momentItem({ at, text, state, refusal, isStep }, there, { isBusy, goTo }) {
  const label = `${text}, ${durationInWords(at)}`;
  return html`<li class=${isStep ? '' : 'by-itself'}>
    <span class="at">${durationInWords(at)}</span>
    <span class="what"><strong>${text}</strong>
      ${refusal === null ? nothing : html`<span class="refused">refused: ${refusal}</span>`}
      ${state === null ? nothing : html`<code>${state}</code>`}</span>
    <span class="actions">
      <button type="button" class="plain" ?disabled=${isBusy} @click=${() => goTo(there)}>Go back<span class="unseen"> to: ${label}</span></button>
      <button type="button" class="plain" @click=${copying(linkTo(there))}>Copy link<span class="unseen"> to: ${label}</span></button>
    </span>
  </li>`;
}

/** @param {Path} path */
function linkTo(path) {
  return addressOf(`/?workflow=${path.workflow}#play=${encoded(path)}`);
}

/** Enough to recognise a path; more steps would not be read. */
const mostTold = 8;

/** A path in words, for the question whether to play it. @param {Path} path */
export function pathInWords({ steps, until }) {
  const words = steps.slice(0, mostTold).map((step) => stepInWords(step).toLowerCase());
  const more = steps.length > mostTold ? [`${steps.length - mostTold} more`] : [];
  const told = [...words, ...more].join(', then ');
  return until < 1000 ? told : `${told}; up to ${durationInWords(until)} after the start`;
}
