/** Receives the messages of services that run as in production, by webhook, and hands each code to the caller that waits for it. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

export interface ReceivedCode {
  /** The id of the send, which repetitions share. */
  readonly id: string;
  readonly sessionId: string;
  readonly to: string;
  readonly code: string;
}

export interface CodeReceiver {
  /** The settings of a service that sends its messages here, and limits no client. */
  readonly settings: Readonly<Record<string, string>>;
  /** All received messages, including repetitions. */
  readonly received: readonly ReceivedCode[];
  /** Answers messages from now on; by default they are accepted. */
  answerWith(answer: (response: ServerResponse) => void): void;
  /** Resolves to the code for an address, once it arrives. Rejects when it does not. */
  codeFor(address: string): Promise<string>;
  stop(): Promise<void>;
}

const take = (response: ServerResponse): void => {
  response.writeHead(204).end();
};

/** A test that waits for a message that was never sent names its address: this is shorter than the time limit of a test. */
const longestWaitMs = 45_000;

const clientKey = 'tests-of-many-requests-at-once';

/** Identifies a client whose requests are not limited. */
export const clientHeaders = { 'x-client-key': clientKey };

export async function startCodeReceiver(): Promise<CodeReceiver> {
  const received: ReceivedCode[] = [];
  const codes = new Map<string, string>();
  const waiting = new Map<string, ((code: string) => void)[]>();
  let answer = take;
  const server = createServer(async (request, response) => {
    const { data } = JSON.parse(await readText(request));
    const { to, code, sessionId } = data;
    received.push({ id: String(request.headers['webhook-id']), sessionId, to, code });
    codes.set(to, code);
    for (const resolve of waiting.get(to) ?? []) resolve(code);
    waiting.delete(to);
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    settings: {
      SANDBOX: 'false',
      SECRET_KEYS: `test:${Buffer.alloc(32, 5).toString('base64')}`,
      WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      CLIENT_KEYS: `test:${clientKey}`,
    },
    received,
    answerWith: (next) => {
      answer = next;
    },
    codeFor: (address) => {
      const code = codes.get(address);
      if (code !== undefined) return Promise.resolve(code);
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`No code for ${address} arrived in ${longestWaitMs / 1000} s`)), longestWaitMs);
        const arrived = (arriving: string) => {
          clearTimeout(limit);
          resolve(arriving);
        };
        waiting.set(address, [...(waiting.get(address) ?? []), arrived]);
      });
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
