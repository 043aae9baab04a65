// @ts-check
/** Server-Sent Events, read with `fetch`, so that a token stays in its header and is in no address. */

/**
 * @typedef {{ data: string | null, comments: string[] }} Block what stands between two empty lines; data is null where there is none
 */

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} heard called with whatever arrives, which may be less than a block
 * @returns {AsyncGenerator<Block, void, undefined>}
 */
export async function* readBlocks(body, heard) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  /** @type {string[]} */
  let lines = [];
  let rest = '';
  let returned = false;
  try {
    for (let part = await next(reader); !part.done; part = await next(reader)) {
      heard();
      const text = decoder.decode(part.value, { stream: true });
      // A carriage return ended a line; this is the other half of that end.
      const complete = (rest + (returned && text.startsWith('\n') ? text.slice(1) : text)).split(/\r\n|\n|\r/);
      returned = text.endsWith('\r');
      rest = complete.pop() ?? '';
      for (const line of complete) {
        if (line !== '') lines.push(line);
        else if (lines.length > 0) {
          yield blockOf(lines);
          lines = [];
        }
      }
    }
  } finally {
    // Whoever stops reading closes the connection; one that is broken has nothing to say about that.
    await reader.cancel().catch(() => {});
  }
}

/**
 * A connection that breaks is a stream that ends: either way its reader has to see what is missing.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 */
function next(reader) {
  return reader.read().catch(() => ({ done: /** @type {const} */ (true), value: undefined }));
}

/**
 * @param {string[]} lines
 * @returns {Block}
 */
function blockOf(lines) {
  const fields = lines.map((line) => {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    return { name, value };
  });
  const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
  const comments = fields.filter(({ name }) => name === '').map(({ value }) => value);
  return { data: data.length === 0 ? null : data.join('\n'), comments };
}
