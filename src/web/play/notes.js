// @ts-check
/** What has to be said about the page itself: that nobody answers, that the session is gone, where a link leads. */
import { html, nothing } from '../vendor/lit-html.js';
import { eventInWords, stepInWords } from './moments.js';
import { pathInWords } from './timeline.js';

/** @typedef {import('./path.js').Path} Path */

/** @param {{ run: import('./run.js').Run, isDown: boolean, offered: Path | 'broken' | null, play: (path: Path | null) => void }} parts */
export function notes({ run, isDown, offered, play }) {
  return html`<div role="alert">${isDown ? note('The service does not answer. This page goes on by itself when it does.') : nothing}
    ${run.family.isLost ? note('The service does not know this session any more. Start over, or go back to a moment of it.') : nothing}
    ${run.strayed === null ? nothing : note(strayedInWords(run.strayed))}
    ${offered === 'broken' ? note('The link that you followed holds no path for this page: a part of it may be missing.') : nothing}</div>
    ${
      offered === null || offered === 'broken'
        ? nothing
        : html`<div class="note"><p>The link that you followed plays a path: ${pathInWords(offered)}. It starts a session of its own, and moves the
            clock of this sandbox.</p>
            <p class="actions"><button type="button" ?disabled=${run.busy} @click=${() => play(offered)}>Play it</button>
            <button type="button" class="plain" @click=${() => play(null)}>Leave it</button></p></div>`
    }`;
}

/** @param {string} text */
function note(text) {
  return html`<p class="note">${text}</p>`;
}

/** @param {import('./run.js').Strayed} strayed */
function strayedInWords(strayed) {
  switch (strayed.kind) {
    case 'handed-over':
      return `The path stopped before “${stepInWords(strayed.step)}”: that needs a value that the provider’s answer brings, and each value is good once. ${goOn}`;
    case 'missing':
      return `The path stopped before “${eventInWords(strayed.event)}”: that was not done on this page, and did not happen again by itself. Do it again from here to go on.`;
    case 'step':
      return wentAnotherWay(strayed);
  }
}

const goOn = 'Answer the provider again from here to go on.';

/** @param {Extract<import('./run.js').Strayed, { kind: 'step' }>} strayed */
function wentAnotherWay({ step, refusal }) {
  const ended = (/** @type {string | null} */ code) => (code === null ? 'went through' : `was refused: ${code}`);
  return `The path went another way here, and was left there: “${stepInWords(step)}” ${ended(refusal)}. When it was done first, it ${ended(step.refusal)}.`;
}
