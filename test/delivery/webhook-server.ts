/** A receiver of webhooks on a free port of this machine. It checks signatures with code of its own: https://www.standardwebhooks.com */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { listen, ReceivedRequests } from './local-server.ts';

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** True if the signature is right. */
  readonly genuine: boolean;
}

export interface WebhookServer {
  readonly url: string;
  readonly requests: WebhookRequest[];
  /** The answers to the next requests, in order. All others are accepted. */
  readonly answers: ((response: ServerResponse) => void)[];
  received(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startWebhook(): Promise<WebhookServer> {
  const requests = new ReceivedRequests<WebhookRequest>();
  const answers: WebhookServer['answers'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = request.headers;
      requests.add({ headers: request.headers, body, genuine: signature === signatureOf(String(id), String(timestamp), body) });
      (answers.shift() ?? ((accepted) => accepted.writeHead(204).end()))(response);
    });
  });
  const { origin, stop } = await listen(server);
  return { url: `${origin}/codes`, requests: requests.all, answers, received: (count) => requests.received(count), stop };
}

function signatureOf(id: string, timestamp: string, body: string): string {
  const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** A report with the receiver's signature. @param at in milliseconds since the epoch */
export function signedReport(content: unknown, at: number) {
  const body = JSON.stringify(content);
  const timestamp = String(Math.floor(at / 1000));
  const id = 'report-1';
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(id, timestamp, body),
  };
  return { headers, body };
}
