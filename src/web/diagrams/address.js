// @ts-check
/** The addresses of the service. This script is at `/assets/diagrams/address.js` below the address at which the browser reached the service. */

/** The address of the service, with a slash at its end. */
export const serviceUrl = new URL('../..', import.meta.url).href;

/** @param {`/${string}`} path of the service */
export function addressOf(path) {
  return serviceUrl + path.slice(1);
}
