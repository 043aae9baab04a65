// @ts-check
/** The session's messages in two devices: a mailbox and a telephone. */
import { html, nothing } from '../vendor/lit-html.js';

/**
 * @typedef {import('./sandbox.js').Message} Message
 * @typedef {{ messages: readonly Message[], wanted: string | null, use: (code: string) => void }} InboxProps `wanted` is the code that the
 *   screen asks for; null if it asks for none
 */

const channels = { email: 'Email', sms: 'Text message', voice: 'Call' };

/** @param {InboxProps} parts */
export function inbox({ messages, ...parts }) {
  const mails = messages.filter(({ channel }) => channel === 'email');
  const rings = messages.filter(({ channel }) => channel !== 'email');
  return html`${device('Mailbox', 'No emails yet.', mails, parts)}${device('Telephone', 'No messages or calls yet.', rings, parts)}`;
}

/**
 * @param {string} title
 * @param {string} nothingYet
 * @param {readonly Message[]} messages
 * @param {Omit<InboxProps, 'messages'>} parts
 */
function device(title, nothingYet, messages, parts) {
  return html`<section class="device" aria-label=${title}>
    <h3>${title}</h3>
    ${messages.length === 0 ? html`<p class="quiet">${nothingYet}</p>` : html`<ol class="messages">${messages.map((message, index) => item(message, index === 0, parts))}</ol>`}
  </section>`;
}

/** The text, with the page of an invited party as a link. @param {string} text */
function linked(text) {
  const parts = text.split(/(https?:\/\/\S+\/invitations\/\S+)/);
  return parts.map((part, index) => (index % 2 === 0 ? part : html`<a href=${part} target="_blank" rel="noopener noreferrer">${part}</a>`));
}

/**
 * @param {Message} message
 * @param {boolean} isNewest
 * @param {Omit<InboxProps, 'messages'>} parts
 */
function item({ channel, to, subject, text, code, sentAt }, isNewest, { wanted, use }) {
  return html`<li><details ?open=${isNewest}>
    <summary><strong dir="auto">${subject ?? channels[/** @type {keyof typeof channels} */ (channel)] ?? channel}</strong>
      <span class="envelope"><span>to ${to}</span> <time datetime=${sentAt}>${sentAt.slice(11, 16)}</time></span></summary>
    <p class=${`text ${channel}`} dir="auto" tabindex="0">${linked(text.trim())}</p>
    ${code === null ? nothing : html`<p class="received"><code>${code}</code>${code === wanted ? html`<button type="button" @click=${() => use(code)}>Enter code</button>` : nothing}</p>`}
  </details></li>`;
}
