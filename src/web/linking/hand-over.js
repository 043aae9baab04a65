// @ts-check
/**
 * Hands the value of a grant to the page that opened the provider, and to no page of another origin. The opener answers when it has
 * taken the value; until then the page says how to try again.
 */
{
  const place = document.querySelector('#hand-over');
  const { session = '', value = '' } = place instanceof HTMLElement ? place.dataset : {};
  // It is good for the opener alone: nothing else is to find it in the page.
  place?.removeAttribute('data-value');

  /** @type {Window | null} */
  const opener = window.opener;
  const { origin } = location;
  addEventListener('message', ({ source, origin: from, data }) => {
    if (source === null || source !== opener || from !== origin || data?.type !== 'link-value-taken') return;
    document.querySelector('#lost')?.setAttribute('hidden', '');
    document.querySelector('#taken')?.removeAttribute('hidden');
    // A browser refuses that for a window that no script opened; then the text stays.
    window.close();
  });
  opener?.postMessage({ type: 'link-value', session, value }, origin);
}
