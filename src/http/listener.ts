/** The listening sockets. They are bound before the service is built, so that a taken port is reported first. They close without a reset. */
import { once } from 'node:events';
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

/**
 * The name of this machine for browsers. Their passkeys need a name: WebAuthn refuses an IP address. A browser tries both addresses of the
 * name, IPv6 often first.
 */
const ownName = 'localhost';

/** The addresses of a host at which a listener binds. */
export function addressesOf(host: string): readonly string[] {
  return host === ownName ? ['127.0.0.1', '::1'] : [host];
}

/** True for the error of a machine without the second address: a machine without IPv6. */
export function isMissing(code: string): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code);
}

/** Ports that the system chose for the first address may be taken at the second one. A machine in use has some hundred taken ports. */
const mostPortsTried = 20;

/** `connection` holds Node's request and response, from which a handler learns the peer's address. */
type Fetch = (request: Request, connection: object) => Response | Promise<Response>;

export class HttpListener {
  readonly #servers: readonly ServerType[];
  readonly #host: string;
  #takenAddress: string | null = null;
  #fetch: Fetch = () => new Response(null, { status: 503, headers: { 'retry-after': '1' } });
  #closing = false;

  private constructor(host: string, addresses: readonly string[], holderOf: HolderOf, mostPerHolder: number) {
    this.#host = host;
    const shares = new Shares();
    this.#servers = addresses.map(() => this.#server(holderOf, mostPerHolder, shares));
  }

  #server(holderOf: HolderOf, mostPerHolder: number, shares: Shares): ServerType {
    const server = createAdaptorServer({
      fetch: (request: Request, connection: object) => this.#answer(request, connection),
      // For requests without a Host header, which HTTP/1.0 permits: the health checks of some load balancers send these.
      hostname: ownName,
      serverOptions: {
        keepAliveTimeout: keepAliveMs,
        requestTimeout: requestTimeoutMs,
        headersTimeout: headersTimeoutMs,
        connectionsCheckingInterval: timeoutsEveryMs,
      },
    });
    server.maxConnections = mostConnections;
    server.on('connection', (socket: Socket) => {
      const holder = holderOf(socket.remoteAddress);
      if (holder === null) return;
      // Closed without an answer, like connections beyond the total limit. An answer would cost the work that the limit saves.
      if (shares.of(holder) >= mostPerHolder) socket.destroy();
      else socket.once('close', shares.enter(holder));
    });
    return server;
  }

  /**
   * Listens at an address, or at both addresses of `localhost`. A machine without IPv6 has only the first one, and so has a service whose
   * port another process uses at the second one.
   * @throws Error if the address, or the first one of `localhost`, can't be bound
   */
  static async listen(host: string, port: number, holderOf: HolderOf, mostPerHolder = mostConnectionsPerAddress): Promise<HttpListener> {
    const addresses = addressesOf(host);
    for (let tried = 1; ; tried += 1) {
      const listener = new HttpListener(host, addresses, holderOf, mostPerHolder);
      try {
        await listener.#bind(addresses, port);
      } catch (error) {
        await listener.close();
        throw error;
      }
      if (port !== 0 || tried === mostPortsTried || listener.takenAddress === null) return listener;
      await listener.close();
    }
  }

  async #bind(addresses: readonly string[], port: number): Promise<void> {
    for (const [index, server] of this.#servers.entries()) {
      const host = addresses[index] ?? '';
      const free = index === 0 ? port : this.#port;
      try {
        server.listen({ port: free, host, backlog: mostUnaccepted });
        await once(server, 'listening');
      } catch (error) {
        const code = codeOf(error);
        if (index === 0 || !(isMissing(code) || code === 'EADDRINUSE')) throw error;
        if (code === 'EADDRINUSE') this.#takenAddress = `[${host}]:${free}`;
      }
    }
  }

  /** The bound address, or the name that stands for both. */
  get url(): string {
    const { address, family } = this.#bound;
    const isNamed = this.#host === ownName && this.#takenAddress === null;
    return urlOf(isNamed ? ownName : family === 'IPv6' ? `[${address}]` : address, this.#port);
  }

  /** The second address of `localhost` if another process listens there. Browsers would reach that process under the name. */
  get takenAddress(): string | null {
    return this.#takenAddress;
  }

  /** The address at which this process reaches itself. Not every system can connect to the address that stands for all interfaces. */
  get ownUrl(): string {
    const { address, family } = this.#bound;
    if (family === 'IPv6') return urlOf(address === '::' ? '[::1]' : `[${address}]`, this.#port);
    return urlOf(address === '0.0.0.0' ? '127.0.0.1' : address, this.#port);
  }

  /**
   * The address for browsers on this machine; null if the service does not listen here, but at another address of this machine, or if the
   * name leads to another process.
   */
  get localUrl(): string | null {
    if (this.#takenAddress !== null) return null;
    const { hostname } = new URL(this.ownUrl);
    return ['127.0.0.1', '[::1]'].includes(hostname) ? urlOf(ownName, this.#port) : null;
  }

  get #bound(): AddressInfo {
    return this.#servers[0]?.address() as AddressInfo;
  }

  get #port(): number {
    return this.#bound.port;
  }

  answerWith(fetch: Fetch): void {
    this.#fetch = fetch;
  }

  /**
   * Stops accepting connections. Requests under way, and those that still arrive on open connections, get answers that close their
   * connection.
   */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#servers.map((server) => closed(server)));
  }

  async #answer(request: Request, connection: object): Promise<Response> {
    const response = await this.#fetch(request, connection);
    if (this.#closing) response.headers.set('connection', 'close');
    return response;
  }
}

async function closed(server: ServerType): Promise<void> {
  // The HTTP server's own close would close the idle connections first.
  const ended = new Promise<void>((resolve) => Listening.prototype.close.call(server, () => resolve()));
  if (!('closeIdleConnections' in server)) return ended;
  let sweep: ReturnType<typeof setInterval> | undefined;
  const lastCall = setTimeout(() => {
    sweep = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
  }, lastCallMs);
  const cutOff = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
  await ended;
  server.close();
  clearTimeout(lastCall);
  clearInterval(sweep);
  clearTimeout(cutOff);
}

function urlOf(name: string, port: number): string {
  return `http://${name}:${port}`;
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
