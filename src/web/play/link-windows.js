// @ts-check
/**
 * The windows of providers that this page has opened. The callback of the service hands the value that confirms a link to this page,
 * which takes it from a window of its own, of this origin, and for the session that the window was opened for: from nowhere else.
 */

export class LinkWindows {
  /** @type {Map<MessageEventSource, string>} the session that each was opened for */
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
   * @param {string} address of a provider
   * @param {string} session
   */
  open(address, session) {
    // It keeps this page as its opener, so that the callback finds it: a provider is configured, and not anybody.
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
