/**
 * Leads browsers that open a page at 127.0.0.1 or [::1] to the same page at `localhost`: WebAuthn refuses IP addresses, so passkeys work
 * under the name alone. Only page requests are redirected. Programs that call the API by an address may not follow redirects, and some
 * accept HTML in every request: Java's HttpURLConnection does.
 */
import type { MiddlewareHandler } from 'hono';

/** The whole authority is compared, so that no other part of a Host header is returned. */
const byAddress = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?=(?::\d+)?\/)/;

/** The paths that answer programs, and files that pages load. */
const forPrograms = /^\/(?:(?:v1|admin|callbacks|\.well-known|assets)\/|(?:openapi\.json|metrics|healthz|readyz)$)/;

/** @returns null if the public address has another name than `localhost` */
export function pagesAtOwnName(publicUrl: string): MiddlewareHandler | null {
  if (new URL(publicUrl).hostname !== 'localhost') return null;
  return async (c, next) => {
    const isPage = ['GET', 'HEAD'].includes(c.req.method) && c.req.header('accept')?.includes('text/html') === true;
    if (!isPage || forPrograms.test(c.req.path) || !byAddress.test(c.req.url)) return next();
    // The port is the one that the browser reached, which a container may have mapped.
    return c.redirect(c.req.url.replace(byAddress, 'http://localhost'), 307);
  };
}
