// @ts-check
/**
 * Hands the value of a grant to the page that opened the provider, and to no page of another origin. The opener answers when it has taken
 * the value. Until then, the page explains how to try again.
 */
{
  const place = document.querySelector('#hand-over');
  const { session = '', value = '' } = place instanceof HTMLElement ? place.dataset : {};
  // The value is only for the opener, so it is removed from the page.
  place?.removeAttribute('data-value');

  /** @type {Window | null} */
  const opener = window.opener;
  const { origin } = location;
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source === null || source !== opener || from !== origin || data?.type !== 'link-value-taken') return;
    document.querySelector('#lost')?.setAttribute('hidden', '');
    document.querySelector('#taken')?.removeAttribute('hidden');
    // A browser refuses to close a window that no script opened; the text then stays.
    window.close();
  });
  opener?.postMessage({ type: 'link-value', session, value }, origin);
}
