/** The listening socket: bound before the service is built, so that a taken port is found out first, and closed without a reset. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';

/** What is in flight then is cut off: longer, and whoever asked for the stop loses patience first. */
const closeTimeoutMs = 10_000;

/** How often connections that have become idle are closed while the rest finishes. */
const closeIdleEveryMs = 20;

/**
 * How long an idle connection stays open. Longer than the minute after which load balancers give theirs up: whoever closes first
 * must be the one that sends requests, or a request meets a connection that is closed at that very moment.
 */
const keepAliveMs = 75_000;

/** With the request comes what belongs to its connection, for whoever wants to know the other end. */
type Fetch = (request: Request, connection: object) => Response | Promise<Response>;

export class HttpListener {
  readonly #server: ServerType;
  #fetch: Fetch = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } });

  private constructor() {
    this.#server = createAdaptorServer({ fetch: (request: Request, connection: object) => this.#fetch(request, connection) });
    if ('keepAliveTimeout' in this.#server) this.#server.keepAliveTimeout = keepAliveMs;
  }

  /** @throws Error when the address can't be bound */
  static listen(host: string, port: number): Promise<HttpListener> {
    const listener = new HttpListener();
    return new Promise((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(port, host, () => resolve(listener));
    });
  }

  /** The address that it is bound to. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  answerWith(fetch: Fetch): void {
    this.#fetch = fetch;
  }

  /** Accepts no further connection, lets the requests in flight finish, and closes. */
  async close(): Promise<void> {
    const server = this.#server;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    if (!('closeIdleConnections' in server)) return closed;
    const sweep = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
    const cutOff = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(cutOff);
  }
}
