/**
 * Reads the name in `X-Agent`. A header carries bytes, and programs put letters beyond ASCII into it in several ways: as UTF-8, as
 * Latin-1, percent-encoded (RFC 8187 with its charset, or as a URL), or as an encoded word of mails (RFC 2047). A grant is bound to the
 * name, so every way gives the same name.
 */

/** `UTF-8''%C5%81ukasz`, the extended value of RFC 8187. The language between the apostrophes has no meaning here. */
const extendedValue = /^(utf-8|iso-8859-1)'[a-z0-9-]*'([\x21-\x7e]*)$/i;

/** `=?utf-8?B?xYF1a2Fzeg==?=`. White space between two such words belongs to neither (RFC 2047, 6.2). */
const encodedWord = /=\?(utf-8|iso-8859-1)(?:\*[a-z0-9-]+)?\?([bq])\?([^?\s]*)\?=/gi;

/** @param header as Node gives it: one character for each byte */
export function agentNameIn(header: string): string {
  return (decoded(header.trim()) ?? '').normalize('NFC').trim();
}

function decoded(header: string): string | null {
  const [, charset, encoded] = extendedValue.exec(header) ?? [];
  if (charset !== undefined && encoded !== undefined) return textOf(percentBytes(encoded), charset);
  const words = header.replace(/(\?=)\s+(?==\?)/g, '$1').replace(encodedWord, (word, ...[of, kind, content]: [string, string, string]) => {
    return textOf(kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : quotedBytes(content), of) ?? word;
  });
  if (words !== header) return words;
  const text = fromBytes(header);
  return /%[0-9a-f]{2}/i.test(text) ? (utf8Of(percentBytes(text)) ?? text) : text;
}

/**
 * If a request has a text as its body, Node's client encodes the header's bytes as UTF-8 once more. So they are decoded up to twice. Only a
 * name that really contains signs such as `Ã©` would change.
 */
function fromBytes(header: string): string {
  let text = header;
  for (let encodings = 0; encodings < 2 && /^[\x20-\xff]*$/.test(text); encodings += 1) text = utf8Of(Buffer.from(text, 'latin1')) ?? text;
  return text;
}

function textOf(bytes: Buffer, charset: string): string | null {
  return charset.toLowerCase() === 'utf-8' ? utf8Of(bytes) : bytes.toString('latin1');
}

/** @returns null for bytes that are not UTF-8. Latin-1 text with letters beyond ASCII is almost never valid UTF-8 */
function utf8Of(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function percentBytes(text: string): Buffer {
  return escapedBytes(text, /%([0-9a-f]{2})/gi);
}

function quotedBytes(text: string): Buffer {
  return escapedBytes(text.replaceAll('_', ' '), /=([0-9a-f]{2})/gi);
}

/** The bytes of a text in which some are written as two hexadecimal digits. */
function escapedBytes(text: string, pattern: RegExp): Buffer {
  const latin1 = Buffer.from(text, 'utf8').toString('latin1');
  return Buffer.from(
    latin1.replace(pattern, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
