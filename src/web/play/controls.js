// @ts-check
/** Controls of the sandbox: move the clock, make deliveries fail. */
import { html, nothing } from '../vendor/lit-html.js';
import { deadlineInWords } from './words.js';

const second = 1000;
const minute = 60 * second;

/** Milliseconds past the deadline, so that its timer has fired. */
const after = 1;

const channels = /** @type {const} */ ([
  ['email', 'email'],
  ['sms', 'text'],
  ['voice', 'call'],
]);

/**
 * @param {{ deadline: { name: string, at: string } | null, sandbox: import('./sandbox.js').Sandbox, advance: (ms: number) => void,
 *   letRun: () => void, busy: boolean, failing: ReadonlySet<string>, fail: (channel: string, isWanted: boolean) => void,
 *   report: (() => void) | null }} parts `report` reports the latest message as lost; null if there is none
 */
export function controls({ deadline, sandbox, advance, letRun, busy, failing, fail, report }) {
  const next = () => advance(Math.max(0, Date.parse(deadline?.at ?? '') - sandbox.now()) + after);
  return html`<section class="controls" aria-label="Clock and deliveries">
    <h3>Clock <time class="quiet" data-clock></time></h3>
    <p class="actions">
      <button type="button" ?disabled=${busy} @click=${() => advance(10 * second)}>+10 s</button>
      <button type="button" ?disabled=${busy} @click=${() => advance(40 * minute)}>+40 min</button>
      ${
        deadline === null
          ? nothing
          : html`<button type="button" ?disabled=${busy} @click=${next}>Next deadline
              <span class="wait">${deadlineInWords(deadline.name).toLowerCase()}, <time data-until=${deadline.at}></time></span></button>`
      }
      ${sandbox.isFrozen ? html`<button type="button" ?disabled=${busy} @click=${letRun}>Clock paused. Resume</button>` : nothing}
    </p>
    <h3 id="failing">Fail the next delivery</h3>
    <p class="actions" role="group" aria-labelledby="failing">
      ${channels.map(
        ([channel, label]) => html`<button type="button" aria-label=${`Fail the next ${label}`} aria-pressed=${failing.has(channel)}
          ?disabled=${busy} @click=${() => fail(channel, !failing.has(channel))}>${label}</button>`,
      )}
    </p>
    ${report === null ? nothing : html`<p class="actions"><button type="button" ?disabled=${busy} @click=${report}>Report the last message as lost</button></p>`}
  </section>`;
}
