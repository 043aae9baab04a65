/**
 * Documents that are the same for every reader, such as pages and scripts. The first request makes, hashes and compresses a document; later
 * requests reuse it. Compression runs outside the event loop.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';

export interface DocumentContent {
  readonly type: string;
  /** Text formats, markup included. */
  readonly text: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Browsers send some thirty characters. A longer header is ignored. */
const longestHeader = 1_000;

/** A smaller document fits into a packet, compressed or not. */
const leastCompressed = 1_024;

/** The quality, at most 11. Higher levels make scripts a few percent smaller and take ten times as long. */
const brotliQuality = 6;

const encodings = {
  br: (text: Buffer) =>
    promisify(brotliCompress)(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
    }),
  gzip: (text: Buffer) => promisify(gzip)(text),
};

type Encoding = keyof typeof encodings;

class StaticDocument {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #body: Buffer;
  readonly #tag: string;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  constructor({ type, text, headers }: DocumentContent) {
    this.#body = Buffer.from(String(text));
    this.#tag = `"${createHash('sha256').update(this.#body).digest('base64url')}"`;
    this.#headers = { 'content-type': type, ...headers };
  }

  async answer(c: Context): Promise<Response> {
    c.header('vary', 'Accept-Encoding', { append: true });
    const isSmall = this.#body.length < leastCompressed;
    const encoding = isSmall ? null : encodingOf(c.req.header('accept-encoding') ?? '');
    // The compressed form has other bytes, so its validator can only be weak.
    const headers = { ...this.#headers, etag: encoding === null ? this.#tag : `W/${this.#tag}` };
    if (isNamed(this.#tag, c.req.header('if-none-match') ?? '')) return c.body(null, 304, headers);
    if (encoding === null) return c.body(bytesOf(this.#body), 200, headers);
    return c.body(bytesOf(await this.#encodedAs(encoding)), 200, { ...headers, 'content-encoding': encoding });
  }

  #encodedAs(encoding: Encoding): Promise<Buffer> {
    const encoded = this.#encoded.get(encoding) ?? encodings[encoding](this.#body);
    this.#encoded.set(encoding, encoded);
    return encoded;
  }
}

/** Documents by name. `make` runs once for each requested name, so there must be few names. */
export class StaticDocuments {
  readonly #make: (name: string) => DocumentContent | Promise<DocumentContent>;
  readonly #made = new Map<string, Promise<StaticDocument>>();

  constructor(make: (name: string) => DocumentContent | Promise<DocumentContent>) {
    this.#make = make;
  }

  async answer(c: Context, name = ''): Promise<Response> {
    const made = this.#made.get(name) ?? this.#first(name);
    return (await made).answer(c);
  }

  #first(name: string): Promise<StaticDocument> {
    const made = (async () => new StaticDocument(await this.#make(name)))();
    this.#made.set(name, made);
    // The next request makes the document again.
    made.catch(() => this.#made.delete(name));
    return made;
  }
}

/** @returns a handler that answers with one document */
export function staticDocument(make: () => DocumentContent | Promise<DocumentContent>): (c: Context) => Promise<Response> {
  const documents = new StaticDocuments(make);
  return (c) => documents.answer(c);
}

/** @returns the content of an HTML page with its content security policy */
export function pageContent(markup: string | object, policy: string): DocumentContent {
  return { type: 'text/html; charset=UTF-8', text: markup, headers: { 'content-security-policy': policy } };
}

/** @returns the content of a JSON document */
export function jsonContent<Value = unknown>(value: Value, headers: Readonly<Record<string, string>> = {}): DocumentContent {
  return { type: 'application/json', text: JSON.stringify(value), headers };
}

/** The best supported encoding that the client accepts; null for none. */
function encodingOf(accepted: string): Encoding | null {
  if (accepted.length > longestHeader) return null;
  const names = accepted
    .split(',')
    .flatMap((each) => (/;\s*q=0(?:\.0*)?\s*$/i.test(each) ? [] : [each.split(';', 1)[0]?.trim().toLowerCase()]));
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : null;
}

/** True if the header lists the tag, by weak comparison (RFC 9110, 13.1.2). */
function isNamed(tag: string, header: string): boolean {
  if (header.length > longestHeader) return false;
  return header.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}

/** The bytes of a buffer, without a copy. Node's buffers are such arrays, although their type does not say so. */
function bytesOf({ buffer, byteOffset, length }: Buffer): Uint8Array<ArrayBuffer> {
  if (!(buffer instanceof ArrayBuffer)) throw new Error('A document is in shared memory');
  return new Uint8Array(buffer, byteOffset, length);
}
