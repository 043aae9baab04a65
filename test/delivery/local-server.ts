/** A stand-in for a provider of messages: an HTTP server on a free port of this machine, and the requests that it has received. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LocalServer {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function listen(server: Server): Promise<LocalServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export class ReceivedRequests<Request> {
  readonly all: Request[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  add(request: Request): void {
    this.all.push(request);
    for (const { count, resolve } of this.#waiting) if (this.all.length >= count) resolve();
  }

  /** Resolves when `count` requests have arrived in all. */
  received(count: number): Promise<void> {
    if (this.all.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}
