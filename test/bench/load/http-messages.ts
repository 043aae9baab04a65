/** Parses HTTP/1.1 messages from a stream of bytes: only the parts of the protocol that the two ends of the benchmark use. */

export interface HttpMessage {
  /** The first line and the headers. */
  readonly head: string;
  readonly body: string;
}

interface Found {
  readonly message: HttpMessage;
  /** The length of the message in bytes. */
  readonly length: number;
}

const endOfHead = '\r\n\r\n';
const endOfLine = '\r\n';

export class HttpMessages {
  #pending: Buffer = Buffer.alloc(0);

  /** @returns the messages that are complete with these bytes */
  read(bytes: Buffer): HttpMessage[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const messages: HttpMessage[] = [];
    for (let found = firstOf(this.#pending); found !== null; found = firstOf(this.#pending)) {
      messages.push(found.message);
      this.#pending = this.#pending.subarray(found.length);
    }
    return messages;
  }
}

function firstOf(bytes: Buffer): Found | null {
  const headEnds = bytes.indexOf(endOfHead);
  if (headEnds < 0) return null;
  const head = bytes.toString('latin1', 0, headEnds);
  const begins = headEnds + endOfHead.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    const ends = begins + Number(length);
    return bytes.length < ends ? null : { message: { head, body: bytes.toString('utf8', begins, ends) }, length: ends };
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return chunked(bytes, head, begins);
  return { message: { head, body: '' }, length: begins };
}

function chunked(bytes: Buffer, head: string, begins: number): Found | null {
  const chunks: Buffer[] = [];
  for (let at = begins; ; ) {
    const lineEnds = bytes.indexOf(endOfLine, at);
    if (lineEnds < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnds), 16);
    const from = lineEnds + endOfLine.length;
    const ends = from + size + endOfLine.length;
    if (bytes.length < ends) return null;
    if (size === 0) return { message: { head, body: Buffer.concat(chunks).toString() }, length: ends };
    chunks.push(bytes.subarray(from, from + size));
    at = ends;
  }
}
