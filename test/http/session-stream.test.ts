/** The end of a stream of a session whose representation can't be read. */
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { Overloaded, SessionSuspended, StoreUnavailable } from '../../src/engine/errors.ts';
import { SessionStreams, streamSession } from '../../src/http/sessions/session-stream.ts';

/** The text of a stream, and the lines in the log. @param look reads the session */
async function streamed(look: () => Promise<never>) {
  const lines: unknown[] = [];
  const log = { info: () => {}, warn: () => {}, error: (fields: object, message: string) => lines.push({ ...fields, message }) };
  const streams = new SessionStreams();
  const app = new Hono<{ Variables: { requestId: string } }>();
  app.get('/', (c) => {
    c.set('requestId', 'r');
    const deps = { engine: { subscribe: () => () => {} }, streams, now: () => 0, log };
    return streamSession(c, { id: 's', credential: null, address: null }, deps, look);
  });
  const response = await app.request('/');
  return { text: await response.text(), lines, open: streams.open };
}

test.each([new TypeError("Cannot read properties of undefined (reading 'x')"), new SessionSuspended('set aside')])(
  'a stream that fails inside ends, and the log has the error: %s',
  async (error) => {
    const { text, lines, open } = await streamed(() => Promise.reject(error));
    expect([text, open]).toEqual(['', 0]);
    expect(lines).toEqual([{ err: error, session: 's', requestId: 'r', message: 'a stream failed inside' }]);
  },
);

test.each([new StoreUnavailable('away'), new Overloaded('busy'), new DOMException('gone', 'AbortError')])(
  'a stream ends without a line if the reader or the database is gone: %s',
  async (error) => {
    expect(await streamed(() => Promise.reject(error))).toEqual({ text: '', lines: [], open: 0 });
  },
);
