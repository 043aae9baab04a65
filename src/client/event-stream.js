// @ts-check
/** Server-Sent Events read with `fetch`. `EventSource` cannot send headers, so the token would have to be in the URL. */

/**
 * @typedef {{ data: string | null, comments: string[] }} Block the lines between two empty ones; `data` is null without a data line
 */

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} heard called for each received chunk, which may be less than a block
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
      // The last chunk ended with a carriage return. This line feed belongs to the same line break.
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
    // Closes the connection when the reader stops early. Errors of a broken connection do not matter here.
    await reader.cancel().catch(() => {});
  }
}

/**
 * A broken connection is treated like the end of the stream. After either, the reader reconnects and reads the current state.
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
