// @ts-check
/** The requests of the last step, as curl commands to copy, with their answers. */
import { html, nothing } from '../vendor/lit-html.js';

/** @typedef {import('./exchanges.js').Exchange} Exchange */

/** @param {readonly Exchange[]} exchanges of the last step */
export function requests(exchanges) {
  return html`<section class="requests" aria-label="Requests">
    <h3>Requests of the last step</h3>
    ${exchanges.length === 0 ? html`<p class="quiet">Each is shown here as curl, with its answer.</p>` : exchanges.map((exchange, index) => shown(exchange, index === exchanges.length - 1))}
  </section>`;
}

/**
 * @param {Exchange} exchange
 * @param {boolean} isLast
 */
function shown(exchange, isLast) {
  const { method, path, status, answer } = exchange;
  const request = curlOf(exchange);
  const response = answer === undefined ? '' : JSON.stringify(answer, null, 2);
  return html`<details ?open=${isLast}>
    <summary><code>${method} ${shortened(path)}</code> <span class=${status === 'none' || Number(status) >= 400 ? 'status refused' : 'status'}>${status === 'none' ? 'no answer' : (status ?? '…')}</span></summary>
    <div class="copyable"><pre tabindex="0" aria-label="Request"><code>${request}</code></pre><button type="button" @click=${copying(request)}>Copy</button></div>
    ${response === '' ? nothing : html`<div class="copyable"><pre tabindex="0" aria-label="Answer"><code>${response}</code></pre><button type="button" @click=${copying(response)}>Copy</button></div>`}
  </details>`;
}

/** Shortens ids: they are long and the same in every line. @param {string} path */
function shortened(path) {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, (id) => `…${id.slice(-4)}`);
}

/** A click handler that copies a text and briefly confirms it on the button. @param {string} text */
export function copying(text) {
  return async (/** @type {Event} */ { currentTarget }) => {
    if (!(currentTarget instanceof HTMLButtonElement)) return;
    // The clipboard needs a secure page and the person's permission. Otherwise a dialog offers the text for copying by hand.
    const isCopied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied !== true) return void prompt('Copy it from here:', text);
    currentTarget.classList.add('copied');
    setTimeout(() => currentTarget.classList.remove('copied'), 1500);
  };
}

/** The request as a curl command. @param {Exchange} exchange */
function curlOf({ method, path, headers, body }) {
  const parts = [`curl ${location.origin}${path}`];
  if (body === undefined) parts[0] = `curl -X ${method} ${location.origin}${path}`;
  for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`-d ${quoted(JSON.stringify(body))}`);
  return parts.join(' \\\n  ');
}

/** Quoted for a POSIX shell: nothing expands inside single quotes. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
