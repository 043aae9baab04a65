/** A proxy that passes every request on, and can lose answers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  /** The status of the answer, also of a lost one. */
  readonly status: number;
}

export interface LosingProxy {
  readonly url: string;
  /** Every answered request, in order. */
  readonly passed: readonly Passed[];
  /** Loses the next answers to a POST, before or inside their bodies. The service has executed the request. */
  lose(answers: number, when?: 'before' | 'within'): void;
  /** Breaks the open streams. @returns their number */
  breakStreams(): number;
  close(): Promise<void>;
}

export async function startLosingProxy(target: string): Promise<LosingProxy> {
  const passed: Passed[] = [];
  const streams = new Set<ServerResponse>();
  let losing = { answers: 0, when: 'before' };

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const onward = request(target + path, { method, headers });
    incoming.pipe(onward);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    const status = answer.statusCode ?? 0;
    passed.push({ method, path, idempotencyKey: headers['idempotency-key'] as string | undefined, status });
    if (answer.headers['content-type'] === 'text/event-stream') {
      streams.add(outgoing);
      outgoing.on('close', () => {
        streams.delete(outgoing);
        onward.destroy();
      });
    }
    const lost = method === 'POST' && losing.answers > 0;
    if (lost) losing = { ...losing, answers: losing.answers - 1 };
    if (lost && losing.when === 'before') {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(status, answer.headers);
    if (lost) {
      outgoing.write('{', () => outgoing.destroy());
      return;
    }
    answer.on('error', () => outgoing.destroy());
    answer.pipe(outgoing);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    lose: (answers, when = 'before') => {
      losing = { answers, when };
    },
    breakStreams: () => {
      const open = [...streams];
      for (const stream of open) stream.destroy();
      return open.length;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
