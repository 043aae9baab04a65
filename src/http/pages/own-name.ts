/**
 * Leads browsers that open a page at 127.0.0.1 or [::1] to the same page at `localhost`: WebAuthn refuses IP addresses, so passkeys work
 * under the name alone. Only page requests are redirected. Programs that call the API by an address may not follow redirects.
 */
import type { MiddlewareHandler } from 'hono';

const byAddress = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?=[:/])/;

/** @returns null if the public address has another name than `localhost` */
export function pagesAtOwnName(publicUrl: string): MiddlewareHandler | null {
  if (new URL(publicUrl).hostname !== 'localhost') return null;
  return async (c, next) => {
    const isPage = ['GET', 'HEAD'].includes(c.req.method) && c.req.header('accept')?.includes('text/html') === true;
    if (!isPage || !byAddress.test(c.req.url)) return next();
    // The port is the one that the browser reached, which a container may have mapped.
    return c.redirect(c.req.url.replace(byAddress, 'http://localhost'), 307);
  };
}
