// @ts-check
/** What a sandbox can do that the world can not: move the clock, and make deliveries fail. */
import { html, nothing } from '/assets/vendor/lit-html.js';
import { deadlineInWords } from './words.js';

const second = 1000;
const minute = 60 * second;

/** Past the deadline, so that what is due has happened. */
const after = 1;

const channels = /** @type {const} */ ([
  ['email', 'email'],
  ['sms', 'text'],
  ['voice', 'call'],
]);

/**
 * @param {{ deadline: { name: string, at: string } | null, now: () => number, advance: (ms: number) => void, busy: boolean,
 *   arranged: string | null, fail: (channel: string) => void, report: (() => void) | null }} parts `report` says of the latest message that
 *   it never arrived; null where there is none
 */
export function controls({ deadline, now, advance, busy, arranged, fail, report }) {
  return html`<section class="controls" aria-label="Clock and deliveries">
    <p class="clock">Service time <time data-clock></time></p>
    <p class="actions">
      <button type="button" ?disabled=${busy} @click=${() => advance(10 * second)}>+10 s</button>
      <button type="button" ?disabled=${busy} @click=${() => advance(40 * minute)}>+40 min</button>
      ${
        deadline === null
          ? nothing
          : html`<button type="button" ?disabled=${busy} @click=${() => advance(Math.max(0, Date.parse(deadline.at) - now()) + after)}>Next
              deadline <span class="wait">${deadlineInWords(deadline.name).toLowerCase()}, <time data-until=${deadline.at}></time></span></button>`
      }
    </p>
    <div class="actions" role="group" aria-label="Make the next delivery fail">
      <span>Next fails:</span>
      ${channels.map(
        ([channel, label]) => html`<button type="button" aria-label=${`Let the next ${label} fail`} ?disabled=${busy}
          @click=${() => fail(channel)}>${label}</button>`,
      )}
    </div>
    ${report === null ? nothing : html`<p class="actions"><button type="button" ?disabled=${busy} @click=${report}>The last message never arrived</button></p>`}
    <p role="status" class="quiet">${arranged ?? ''}</p>
  </section>`;
}
