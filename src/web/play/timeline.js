// @ts-check
/** What happened so far, and the way back: each moment can be gone to in a fresh session, and sent to a colleague as a link. */
import { html, nothing } from '/assets/vendor/lit-html.js';
import { encoded, pathTo } from './path.js';
import { copying } from './requests.js';
import { inWords } from './schema.js';
import { durationInWords } from './words.js';

/**
 * @typedef {import('./run.js').Run} Run
 * @typedef {import('./path.js').Step} Step
 * @typedef {{ at: number, order: number, text: string, state: string | null, refusal: string | null, step: number | null }} Moment
 *   `step` where somebody did it
 */

/** @param {{ run: Run, goTo: (path: import('./path.js').Path) => void }} parts */
export function timeline({ run, goTo }) {
  const moments = momentsOf(run);
  const path = { workflow: run.workflow.name, steps: run.steps, until: 0 };
  return html`<section class="timeline" aria-label="What happened">
    <h2>What happened</h2>
    ${
      moments.length === 0
        ? html`<p class="quiet">Start, and each step shows up here. From each you can go back and try something else.</p>`
        : html`<ol>${moments.map((moment) => {
            const there = pathTo(path, moment);
            const label = `${moment.text}, ${durationInWords(moment.at)}`;
            return html`<li class=${moment.step === null ? 'by-itself' : ''}>
              <span class="at">${durationInWords(moment.at)}</span>
              <span class="what"><strong>${moment.text}</strong>
                ${moment.refusal === null ? nothing : html`<span class="refused">refused: ${moment.refusal}</span>`}
                ${moment.state === null ? nothing : html`<code>${moment.state}</code>`}</span>
              <span class="actions">
                <button type="button" ?disabled=${run.busy} @click=${() => goTo(there)}>Go back<span class="unseen"> to: ${label}</span></button>
                <button type="button" @click=${copying(linkTo(there))}>Copy link<span class="unseen"> to: ${label}</span></button>
              </span>
            </li>`;
          })}</ol>`
    }
  </section>`;
}

/** @param {import('./path.js').Path} path */
function linkTo(path) {
  return `${location.origin}/?workflow=${path.workflow}#play=${encoded(path)}`;
}

/**
 * What the histories of the sessions say, and what was done that they do not tell of, because it changed nothing in them.
 * @param {Run} run
 * @returns {Moment[]}
 */
export function momentsOf({ members, steps, begunAt }) {
  const told = new Set();
  const happened = members.flatMap(({ history, depth, workflow }) =>
    history.flatMap(({ at: time, event, to, refusal }, order) => {
      const at = Date.parse(time) - begunAt;
      const step = steps.findIndex(
        (candidate, index) => !told.has(index) && candidate.at === at && nameOf(candidate) === event && depthOf(candidate) === depth,
      );
      if (step !== -1) told.add(step);
      const text = depth === 0 ? eventInWords(event) : `${eventInWords(event)} (${workflow.title.toLowerCase()})`;
      return [{ at, order, text, state: to, refusal, step: step === -1 ? null : step }];
    }),
  );
  const done = steps.flatMap((step, index) =>
    told.has(index) || step.do === 'account'
      ? []
      : [{ at: step.at, order: Number.POSITIVE_INFINITY, text: stepInWords(step), state: null, refusal: null, step: index }],
  );
  return [...happened, ...done].sort((a, b) => a.at - b.at || a.order - b.order);
}

/** @param {Step} step */
function nameOf(step) {
  if (step.do === 'send') return step.type;
  return step.do === 'start' ? 'start' : null;
}

/** @param {Step} step */
function depthOf(step) {
  return 'depth' in step ? step.depth : 0;
}

/** `after.resendCooldown` and `deliverCode.done` as well as `submit-code`. @param {string} event */
function eventInWords(event) {
  const after = /^after\.(.+)$/.exec(event);
  return inWords(after ? `${after[1]} over` : event);
}

/** A step that no history tells of. @param {Step} step */
function stepInWords(step) {
  if (step.do === 'deliveries') return `Next ${step.channel} is to ${step.outcome}`;
  if (step.do === 'report') return 'Reported as not arrived';
  return step.do === 'send' ? `${inWords(step.type)}, refused` : inWords(step.do);
}

/** A path in words, for whoever is asked whether to go it. @param {import('./path.js').Path} path */
export function pathInWords({ steps, until }) {
  const words = steps.map((step) => (step.do === 'send' ? inWords(step.type).toLowerCase() : stepInWords(step).toLowerCase()));
  return `${words.join(', then ')}, ${durationInWords(until)} after the start`;
}
