// @ts-check
/**
 * The windows of providers that this page has opened. The callback hands the value that confirms a link to this page. The page accepts
 * the value only from one of its own windows, of this origin, and for the session the window was opened for.
 */

export class LinkWindows {
  /** @type {Map<MessageEventSource, string>} the session for which each window was opened */
  #opened = new Map();

  /**
   * @param {Window} page
   * @param {(session: string, value: string) => void} confirm
   */
  constructor(page, confirm) {
    this.page = page;
    this.confirm = confirm;
    page.addEventListener('message', (event) => this.#heard(event));
  }

  /**
   * @param {string} address at the provider
   * @param {string} session
   */
  open(address, session) {
    // The window keeps this page as its opener, so that the callback finds it. That is safe, because providers are configured.
    const opened = this.page.open(address, '_blank');
    if (opened !== null) this.#opened.set(opened, session);
    return opened !== null;
  }

  /** @param {MessageEvent} event */
  #heard({ source, origin, data }) {
    if (origin !== this.page.location.origin || source === null || data?.type !== 'link-value') return;
    const session = this.#opened.get(source);
    if (session === undefined || session !== data.session || typeof data.value !== 'string') return;
    source.postMessage({ type: 'link-value-taken' }, { targetOrigin: origin });
    this.confirm(session, data.value);
  }
}
