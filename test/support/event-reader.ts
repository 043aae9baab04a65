/** Reads a stream of Server-Sent Events in a test. */
import type { Json } from './service.ts';

interface Event {
  readonly event: string;
  readonly id: string;
  readonly data: Json;
}

/** Reads Server-Sent Events as they come. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    if (!response.body) throw new Error('A stream without a body');
    this.#reader = response.body.getReader();
  }

  /** @returns the next block; null if the stream has ended */
  async block(): Promise<string | null> {
    for (let end = this.#text.indexOf('\n\n'); ; end = this.#text.indexOf('\n\n')) {
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return block;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** @returns the next event; null if the stream has ended */
  async next(): Promise<Event | null> {
    const block = await this.block();
    if (block === null) return null;
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    return { event: fields['event'] ?? '', id: fields['id'] ?? '', data: JSON.parse(fields['data'] ?? 'null') };
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

export interface StreamReader {
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens the stream of a session, and reads its first event. @param url of the stream */
export async function watch(url: string, { token, headers = {} }: StreamReader): Promise<EventReader> {
  const reader = new EventReader(await fetch(url, { headers: { ...headers, authorization: `Bearer ${token}` } }));
  const first = await reader.next();
  if (!url.includes(first?.data.id)) throw new Error('The stream is of another session, or empty');
  return reader;
}
