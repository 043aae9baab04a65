// @ts-check
/** Notices about the page: the service is unreachable, the session is gone, a link offers a path to play. */
import { html, nothing } from '../vendor/lit-html.js';
import { eventInWords, stepInWords } from './moments.js';
import { pathInWords } from './timeline.js';

/** @typedef {import('./path.js').Path} Path */

/** @param {{ run: import('./recorded-run.js').Run, isDown: boolean, offered: Path | 'broken' | null, play: (path: Path | null) => void }} parts */
export function notes({ run, isDown, offered, play }) {
  return html`<div role="alert">${isDown ? note('The service is not responding. This page resumes when it is back.') : nothing}
    ${run.sessions.isLost ? note('This session no longer exists. Start over, or go back to one of its steps.') : nothing}
    ${run.strayed === null ? nothing : note(strayedInWords(run.strayed))}
    ${offered === 'broken' ? note('This link holds no path for this page. Part of it may be missing.') : nothing}</div>
    ${
      offered === null || offered === 'broken'
        ? nothing
        : html`<div class="note"><p>This link plays a path: ${pathInWords(offered)}. It starts a new session and moves the clock of this
            sandbox.</p>
            <p class="actions"><button type="button" ?disabled=${run.busy} @click=${() => play(offered)}>Play path</button>
            <button type="button" class="plain" @click=${() => play(null)}>Dismiss</button></p></div>`
    }`;
}

/** @param {string} text */
function note(text) {
  return html`<p class="note">${text}</p>`;
}

/** @param {import('./recorded-run.js').Strayed} strayed */
function strayedInWords(strayed) {
  switch (strayed.kind) {
    case 'handed-over':
      return `The path stopped before “${stepInWords(strayed.step)}”. This step needs a value from the provider’s answer, and each value works once. ${goOn}`;
    case 'missing':
      return `The path stopped before “${eventInWords(strayed.event)}”. This step was done outside this page and did not repeat by itself. Repeat it to continue.`;
    case 'step':
      return wentAnotherWay(strayed);
  }
}

const goOn = 'Answer the provider again to continue.';

/** @param {Extract<import('./recorded-run.js').Strayed, { kind: 'step' }>} strayed */
function wentAnotherWay({ step, refusal }) {
  const ended = (/** @type {string | null} */ code) => (code === null ? 'succeeded' : `was refused: ${code}`);
  return `The path took another turn and stopped: “${stepInWords(step)}” ${ended(refusal)}. In the recording, it ${ended(step.refusal)}.`;
}
