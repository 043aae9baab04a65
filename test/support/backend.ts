/** A backend that does tasks: a server that checks the signatures of its requests, records them, and answers as a test says. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { type Answer, Client, type Json } from './service.ts';

export const backendSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** An answer to a request: its status, its body, and further headers. */
export interface Reaction {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Backend {
  /** The data of each request, in order. */
  readonly asked: Json[] = [];
  /** The paths of all requests, also of those without a right signature. */
  readonly paths: string[] = [];
  react: (data: Json) => Reaction | Promise<Reaction> = () => ({ status: 202 });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.paths.push(`${request.method} ${request.url}`);
      const body = await readText(request);
      try {
        const { data } = new Webhook(backendSecret).verify(body, request.headers as Record<string, string>) as { readonly data: Json };
        this.asked.push(data);
        const { status, body: answer, headers = {} } = await this.react(data);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(answer === undefined ? undefined : typeof answer === 'string' ? answer : JSON.stringify(answer));
      } catch {
        response.writeHead(401).end();
      }
    });
  }

  static async listen(): Promise<Backend> {
    const backend = new Backend();
    backend.#server.listen(0, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/tasks`;
  }

  /** The newest request. */
  get last(): Json {
    return this.asked.at(-1);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Posts a signed callback. @param to the address; by default that of the request, or of another process by its client */
export function callBack(
  { callbackUrl, key }: Json,
  content: Readonly<Record<string, unknown>>,
  { client, secret = backendSecret, at = new Date() }: { readonly client?: Client; readonly secret?: string; readonly at?: Date } = {},
): Promise<Answer> {
  const { origin, pathname } = new URL(callbackUrl);
  const body = { key, ...content };
  const headers = {
    'webhook-id': key,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(key, at, JSON.stringify(body)),
  };
  return (client ?? new Client(origin)).post(pathname, body, { headers });
}
