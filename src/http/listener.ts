/** The listening socket: bound before the service is built, so that a taken port is found out first, and closed without a reset. */
import { type AddressInfo, Server as Listening, type Socket } from 'node:net';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { Shares } from './requests/shares.ts';

/** What is in flight then is cut off. Some seconds before the process must end, so that what the last requests began can end too. */
const closeTimeoutMs = 6_000;

/**
 * How long connections that idle when the stop begins stay open. Their clients may be sending just then, and a request that meets a
 * connection which is being closed is lost: those that are busy send again within this time and are told that it was the last.
 */
const lastCallMs = 1_000;

/** How often connections that have become idle are closed while the rest finishes. */
const closeIdleEveryMs = 20;

/**
 * How long an idle connection stays open. Longer than the minute after which load balancers give theirs up: whoever closes first
 * must be the one that sends requests, or a request meets a connection that is closed at that very moment.
 */
const keepAliveMs = 75_000;

/** For all of a request, 64 KiB at most: seconds on the slowest line. Who takes longer holds a place that others need. */
const requestTimeoutMs = 30_000;

/** For its headers, which are a few hundred bytes. */
const headersTimeoutMs = 15_000;

/** How often requests are looked at for these two. */
const timeoutsEveryMs = 5_000;

/**
 * Open at the same time: as many as there may be requests and streams under way, and some that idle. One costs some ten kilobytes, so
 * that all of them together stay below 200 MB; behind them a process runs out of file descriptors, and then it can't reach its
 * database either. What comes beyond is closed at once.
 */
const mostConnections = 15_000;

/**
 * Connections of one address. A household or an office has a few hundred; taking all connections needs eight addresses. Load balancers,
 * as trusted proxies, have no limit.
 */
const mostConnectionsPerAddress = 2_000;

/** @returns the peer that the connection counts for; null if it counts for none */
type HolderOf = (peer: string | undefined) => string | null;

/**
 * Connections that the system accepts before this process does: a thousand may come within one turn of a busy event loop. Beyond Node's
 * default of 511, Linux answers with SYN cookies, and resets connections whose cookie it rejects in the end. The system caps this figure
 * at its own limit (net.core.somaxconn, 4,096 by default).
 */
const mostUnaccepted = mostConnections;

/** With the request comes what belongs to its connection, for whoever wants to know the other end. */
type Fetch = (request: Request, connection: object) => Response | Promise<Response>;

export class HttpListener {
  readonly #server: ServerType;
  #fetch: Fetch = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } });
  #closing = false;

  private constructor(holderOf: HolderOf, mostPerHolder: number) {
    const shares = new Shares();
    this.#server = createAdaptorServer({
      fetch: (request: Request, connection: object) => this.#answer(request, connection),
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
      // Closed without an answer, like connections beyond the total limit: an answer would cost the work that the limit saves.
      if (shares.of(holder) >= mostPerHolder) socket.destroy();
      else socket.once('close', shares.enter(holder));
    });
  }

  /** @throws Error when the address can't be bound */
  static listen(host: string, port: number, holderOf: HolderOf, mostPerHolder = mostConnectionsPerAddress): Promise<HttpListener> {
    const listener = new HttpListener(holderOf, mostPerHolder);
    return new Promise((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen({ port, host, backlog: mostUnaccepted }, () => resolve(listener));
    });
  }

  /** The address that it is bound to. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Where this process reaches itself: an address that stands for all of a machine's is none to connect to everywhere. */
  get ownUrl(): string {
    return this.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  }

  answerWith(fetch: Fetch): void {
    this.#fetch = fetch;
  }

  /**
   * Accepts no further connection, answers what is in flight or still comes over those that are open, each time as the last answer of
   * its connection, and closes.
   */
  async close(): Promise<void> {
    const server = this.#server;
    this.#closing = true;
    // Not by the HTTP server's own close: it begins with the idle connections.
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
