/** A connection to a server that a test can cut, refuse, or pause. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Passes nothing on, and closes nothing: the other side seems to be busy. */
  hang(): void;
  /** Holds all data back until it is released, in order: the other side seems to be slow. */
  hold(): void;
  letGo(): void;
  /** Holds back all replies from the first one that contains a text, until they are released. Resolves when that reply has arrived. */
  holdReplyTo(text: string): Promise<void>;
  /** Cuts every connection, also new ones. */
  cut(): void;
  /** Passes data on again; connections made meanwhile stay unchanged. */
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  let mode: 'pass' | 'hang' | 'hold' | 'cut' = 'pass';
  const sockets = new Set<Socket>();
  let awaited: { readonly text: string; readonly replied: () => void } | null = null;
  /** Replies held back; null while replies pass. */
  let kept: { readonly to: Socket; readonly chunk: Buffer }[] | null = null;
  const pair = (from: Socket, to: Socket, pass: (chunk: Buffer) => void) => {
    sockets.add(from);
    if (mode === 'hold') from.pause();
    from.on('data', (chunk) => {
      // Data that was read before a socket paused may still arrive.
      if (mode === 'pass' || mode === 'hold') pass(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    if (mode === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    let replied = () => {};
    pair(client, upstream, (chunk) => {
      upstream.write(chunk);
      if (awaited === null || !chunk.includes(awaited.text)) return;
      ({ replied } = awaited);
      awaited = null;
      kept = [];
    });
    pair(upstream, client, (chunk) => {
      if (kept === null) {
        client.write(chunk);
        return;
      }
      kept.push({ to: client, chunk });
      replied();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    hang: () => {
      mode = 'hang';
    },
    hold: () => {
      mode = 'hold';
      for (const socket of sockets) socket.pause();
    },
    letGo: () => {
      mode = 'pass';
      for (const socket of sockets) socket.resume();
      for (const { to, chunk } of kept ?? []) to.write(chunk);
      kept = null;
    },
    holdReplyTo: (text) =>
      new Promise((replied) => {
        awaited = { text, replied };
      }),
    cut: () => {
      mode = 'cut';
      cutAll();
    },
    mend: () => {
      mode = 'pass';
      cutAll();
    },
    close: () => {
      cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
