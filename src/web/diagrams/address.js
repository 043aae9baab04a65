// @ts-check
/** URLs of the service. The base follows from this script's own URL, `/assets/diagrams/address.js` below the service's. */

/** The base URL of the service, with a trailing slash. */
export const serviceUrl = new URL('../..', import.meta.url).href;

/** @param {`/${string}`} path of the service */
export function addressOf(path) {
  return serviceUrl + path.slice(1);
}
