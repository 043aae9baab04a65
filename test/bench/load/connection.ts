/**
 * A client's connection: one request at a time over a socket that stays open. It costs a fraction of Node's own client, so that the load
 * takes little processor time from the measured service.
 */
import { connect, type Socket } from 'node:net';
import { type HttpMessage, HttpMessages } from './http-messages.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Longer than any answer takes, even from an overloaded service, so that a lost answer does not delay the end of the run. */
const answerLimitMs = 30_000;

export class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #messages = new HttpMessages();
  #waiting: Waiting | null = null;
  #lost: Error | null = null;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.setTimeout(answerLimitMs, () => socket.destroy(new Error('No answer came in time')));
    socket.on('data', (bytes) => {
      for (const message of this.#messages.read(bytes)) this.#answered(message);
    });
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(new Error('The service closed the connection')));
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket, host));
      });
    });
  }

  get(path: string, token: string): Promise<Answer> {
    return this.#ask(`GET ${path} HTTP/1.1\r\nhost: ${this.#host}\r\nauthorization: Bearer ${token}\r\n\r\n`);
  }

  /** @param token null for a request without one */
  post(path: string, body: string, token: string | null): Promise<Answer> {
    const authorization = token === null ? '' : `authorization: Bearer ${token}\r\n`;
    return this.#ask(
      `POST ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n${authorization}content-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(request: string): Promise<Answer> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  #answered({ head, body }: HttpMessage): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#waiting?.reject(this.#lost);
    this.#waiting = null;
  }
}
