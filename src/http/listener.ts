/** The listening socket. It is bound before the service is built, so that a taken port is reported first. It closes without a reset. */
import { type AddressInfo, Server as Listening, type Socket } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { Shares } from './requests/shares.ts';

/**
 * Requests still running after this time are cut off. The work that these requests began gets the remaining seconds before the process
 * ends.
 */
const closeTimeoutMs = 6_000;

/**
 * How long idle connections stay open after the stop begins. A request that arrives on a closing connection is lost. Busy clients send
 * their next request within this time, and its answer tells them to close the connection.
 */
const lastCallMs = 1_000;

/** How often the remaining connections are checked, to close the idle ones. */
const closeIdleEveryMs = 20;

/**
 * How long an idle connection stays open. Load balancers close theirs after a minute. The sender of requests must close first, or a request
 * can arrive on a connection that is just closing.
 */
const keepAliveMs = 75_000;

/** For a whole request, 64 KiB at most: seconds on the slowest line. A slower client would block a place that others need. */
const requestTimeoutMs = 30_000;

/** For the headers of a request, which are a few hundred bytes. */
const headersTimeoutMs = 15_000;

/** How often requests are checked against these two time-outs. */
const timeoutsEveryMs = 5_000;

/**
 * Open connections: one for each request and stream that may be under way, and some idle ones. A connection takes some ten kilobytes, so
 * all together stay below 200 MB. Beyond this number the process would run out of file descriptors, which it also needs to reach its
 * database. Further connections are closed at once.
 */
const mostConnections = 15_000;

/**
 * Connections of one address. A household or an office has a few hundred. To take all connections, an attacker needs eight addresses. Load
 * balancers have no limit if they are trusted proxies.
 */
const mostConnectionsPerAddress = 2_000;

/** @returns the peer whose share the connection takes; null if no limit applies */
type HolderOf = (peer: string | undefined) => string | null;

/**
 * Connections that the system accepts before this process does: a thousand may arrive within one turn of a busy event loop. Beyond Node's
 * default of 511, Linux answers with SYN cookies and resets connections whose cookie it rejects later. The system caps this figure at its
 * own limit (net.core.somaxconn, 4,096 by default).
 */
const mostUnaccepted = mostConnections;

/** `connection` holds Node's request and response, from which a handler learns the peer's address. */
type Fetch = (request: Request, connection: object) => Response | Promise<Response>;

export class HttpListener {
  readonly #server: ServerType;
  #fetch: Fetch = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } });
  #closing = false;

  private constructor(holderOf: HolderOf, mostPerHolder: number) {
    const shares = new Shares();
    this.#server = createAdaptorServer({
      fetch: (request: Request, connection: object) => this.#answer(request, connection),
      // For requests without a Host header, which HTTP/1.0 permits: the health checks of some load balancers send these.
      hostname: 'localhost',
      serverOptions: {
        keepAliveTimeout: keepAliveMs,
        requestTimeout: requestTimeoutMs,
        headersTimeout: headersTimeoutMs,
        connectionsCheckingInterval: timeoutsEveryMs,
      },
    });
    this.#server.maxConnections = mostConnections;
    this.#server.on('connection', (socket: Socket) => {
      const holder = holderOf(socket.remoteAddress);
      if (holder === null) return;
      // Closed without an answer, like connections beyond the total limit. An answer would cost the work that the limit saves.
      if (shares.of(holder) >= mostPerHolder) socket.destroy();
      else socket.once('close', shares.enter(holder));
    });
  }

  /** @throws Error if the address can't be bound */
  static listen(host: string, port: number, holderOf: HolderOf, mostPerHolder = mostConnectionsPerAddress): Promise<HttpListener> {
    const listener = new HttpListener(holderOf, mostPerHolder);
    return new Promise((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen({ port, host, backlog: mostUnaccepted }, () => resolve(listener));
    });
  }

  /** The bound address. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** The address at which this process reaches itself. Not every system can connect to the address that stands for all interfaces. */
  get ownUrl(): string {
    return this.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  }

  answerWith(fetch: Fetch): void {
    this.#fetch = fetch;
  }

  /**
   * Stops accepting connections. Requests under way, and those that still arrive on open connections, get answers that close their
   * connection.
   */
  async close(): Promise<void> {
    const server = this.#server;
    this.#closing = true;
    // The HTTP server's own close would close the idle connections first.
    const closed = new Promise<void>((resolve) => Listening.prototype.close.call(server, () => resolve()));
    if (!('closeIdleConnections' in server)) return closed;
    let sweep: ReturnType<typeof setInterval> | undefined;
    const lastCall = setTimeout(() => {
      sweep = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
    }, lastCallMs);
    const cutOff = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
    await closed;
    server.close();
    clearTimeout(lastCall);
    clearInterval(sweep);
    clearTimeout(cutOff);
  }

  async #answer(request: Request, connection: object): Promise<Response> {
    const response = await this.#fetch(request, connection);
    if (this.#closing) response.headers.set('connection', 'close');
    return response;
  }
}
