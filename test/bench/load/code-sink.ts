/** Receives the messages that services send by webhook, and hands each code to the client that waits for it. */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { HttpMessages } from './http-messages.ts';

const accepted = 'HTTP/1.1 204 No Content\r\n\r\n';

/** Far longer than a message takes on one machine. */
const waitLimitMs = 15_000;

export class CodeSink {
  readonly #server: Server;
  readonly #arrived = new Map<string, string>();
  readonly #awaited = new Map<string, (code: string) => void>();

  private constructor() {
    this.#server = createServer((socket) => {
      const messages = new HttpMessages();
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        for (const { body } of messages.read(bytes)) {
          this.#take(body);
          socket.write(accepted);
        }
      });
    });
  }

  static listen(): Promise<CodeSink> {
    const sink = new CodeSink();
    return new Promise((resolve) => sink.#server.listen(0, '127.0.0.1', () => resolve(sink)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/messages`;
  }

  /** The code sent to an address. Each code is returned once. */
  codeFor(address: string): Promise<string> {
    const code = this.#arrived.get(address);
    if (code !== undefined) {
      this.#arrived.delete(address);
      return Promise.resolve(code);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#awaited.delete(address);
        reject(new Error('No message came'));
      }, waitLimitMs);
      this.#awaited.set(address, (sent) => {
        clearTimeout(timer);
        resolve(sent);
      });
    });
  }

  /** Searches for the two fields instead of parsing: messages are long, and the load should cost little. */
  #take(body: string): void {
    const address = /"to":"([^"]+)"/.exec(body)?.[1];
    const code = /"code":"(\d{6})"/.exec(body)?.[1];
    if (address === undefined || code === undefined) return;
    const waiting = this.#awaited.get(address);
    this.#awaited.delete(address);
    if (waiting) waiting(code);
    else this.#arrived.set(address, code);
  }
}
