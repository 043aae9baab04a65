/** A real SMTP server on a free port of this machine, until the end of one test. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';

export interface ReceivedMail {
  readonly mail: ParsedMail;
  /** The sender in the envelope. */
  readonly from: string | null;
  readonly to: readonly string[];
  /** True if the mail came over TLS. */
  readonly secure: boolean;
}

export interface MailServer {
  readonly port: number;
  /** The URL without credentials. */
  readonly url: string;
  readonly received: ReceivedMail[];
  /** The number of connections so far. */
  connections(): number;
  /** Cuts every connection without a reply. */
  drop(): void;
  /** Resolves when all connections of the client are closed. */
  allClosed(): Promise<void>;
}

/** Accepts every mail, over plain text by default. `options` overrides the handlers. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 1,
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = {
        from: mailFrom === false ? null : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
      };
      simpleParser(stream).then((mail) => {
        received.push({ mail, ...envelope });
        done(null);
      }, done);
    },
    ...options,
  });
  // Some tests hang up on purpose.
  smtp.on('error', () => {});
  const sockets = track(smtp.server);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        smtp.close(() => closed());
        for (const socket of sockets.open) socket.destroy();
      }),
  );
  return { ...describeServer(smtp.server, sockets), received };
}

/** Accepts connections and never replies. */
export async function startSilentServer(): Promise<MailServer> {
  const server = createServer();
  const sockets = track(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets.open) socket.destroy();
  });
  return { ...describeServer(server, sockets), received: [] };
}

/** A port of this machine on which nothing listens. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = addressOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

interface Sockets {
  readonly open: Set<Socket>;
  count: number;
}

function track(server: Server): Sockets {
  const sockets: Sockets = { open: new Set(), count: 0 };
  server.on('connection', (socket) => {
    sockets.count += 1;
    sockets.open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.open.delete(socket));
  });
  return sockets;
}

function describeServer(server: Server, sockets: Sockets): Omit<MailServer, 'received'> {
  const { port } = addressOf(server);
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    connections: () => sockets.count,
    drop: () => {
      for (const socket of sockets.open) socket.destroy();
    },
    allClosed: async () => {
      await Promise.all([...sockets.open].map((socket) => once(socket, 'close')));
    },
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}
