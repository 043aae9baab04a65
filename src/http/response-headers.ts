/**
 * The default headers of every answer. They forbid caches to keep it for other readers, and forbid a page to load anything. A page that
 * needs more sets its own headers, which replace these.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** A longer id is replaced. */
const longestRequestId = 255;

/** The library's headers are the same for every answer, so the library runs once. */
async function defaultHeaders(): Promise<ReadonlyMap<string, string>> {
  const secure = secureHeaders({ referrerPolicy: 'no-referrer', xFrameOptions: 'DENY', strictTransportSecurity: false });
  const answer = await new Hono()
    .use(secure)
    .get('/', (c) => c.body(null))
    .request('/');
  return new Map([
    ...answer.headers,
    ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
    ['cache-control', 'no-store'],
  ]);
}

const defaults = await defaultHeaders();

/**
 * OWASP ASVS 5.0, 3.4.1: at least a year, subdomains included. Browsers accept the header over https alone, so it is sent only if the
 * public URL is https.
 */
const httpsOnly = 'max-age=31536000; includeSubDomains';

/**
 * Sets the headers on Node's response. A web `Response` would check and copy each header three times, which costs a tenth of a short
 * answer. Also names the request, with the caller's id or a new one.
 * @param publicUrl where clients reach the service
 */
export function responseHeaders(publicUrl: string): MiddlewareHandler<{ Bindings: HttpBindings; Variables: { requestId: string } }> {
  const headers = [...defaults, ...(publicUrl.startsWith('https://') ? [['strict-transport-security', httpsOnly] as const] : [])];
  return async (c, next) => {
    const named = c.req.header('x-request-id');
    const requestId = named && named.length <= longestRequestId && /^[\w\-=]+$/.test(named) ? named : crypto.randomUUID();
    c.set('requestId', requestId);
    const { outgoing } = c.env;
    for (const [name, value] of headers) outgoing.setHeader(name, value);
    outgoing.setHeader('x-request-id', requestId);
    await next();
  };
}
