/** The partners of the project's tasks: a server that answers as a test says, and records its requests. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Partner {
  readonly asked: string[] = [];
  /** Requests that were aborted before their answer. */
  givenUp = 0;
  readonly #server: Server;
  readonly #answers: (number | 'silence')[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url?.replace(/[0-9a-f-]{36}/, 'ID')}`);
      const answer = this.#answers.shift() ?? 200;
      response.on('close', () => {
        if (!response.writableEnded) this.givenUp += 1;
      });
      if (answer !== 'silence') response.writeHead(answer).end();
    });
  }

  static async listen(): Promise<Partner> {
    const partner = new Partner();
    partner.#server.listen(0, '127.0.0.1');
    await once(partner.#server, 'listening');
    return partner;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The answers to the next requests, in order; all others are answered 200. */
  answers(...next: readonly (number | 'silence')[]): void {
    this.asked.length = 0;
    this.givenUp = 0;
    this.#answers.splice(0, this.#answers.length, ...next);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
