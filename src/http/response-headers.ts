/**
 * The headers of every answer: it is for its reader alone, and loads nothing. A page that needs more says so itself, and what it
 * says stands instead.
 */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** An id longer than this is nobody's. */
const longestRequestId = 255;

/** They are the same for every answer, so that the library is asked once what they are. */
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
 * OWASP ASVS 5.0, 3.4.1: a year at least, subdomains included. Browsers accept the header over https alone, so it is sent only if the
 * public URL is https.
 */
const httpsOnly = 'max-age=31536000; includeSubDomains';

/**
 * Sets them on Node's own response: on the web's, every one of them would be checked and copied three times, which is a tenth of
 * what a short answer costs. Names the request as well, as its sender did or by a new id.
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
