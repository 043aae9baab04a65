/** A connection to a server that a test can cut, refuse, or let hang. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Passes nothing on any more, and closes nothing: the other side seems to think. */
  hang(): void;
  /** Keeps what comes until it is let go, in order: the other side is slow. */
  hold(): void;
  letGo(): void;
  /** Holds back all replies from the first one that contains a text, until they are released. Resolves when that reply has arrived. */
  holdReplyTo(text: string): Promise<void>;
  /** Cuts every connection, and every new one. */
  cut(): void;
  /** Passes on again; connections made meanwhile stay as they were. */
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
      // What is read already when a socket is paused may still come.
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
