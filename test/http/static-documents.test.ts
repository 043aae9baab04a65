/** Documents that are the same for every reader are made and compressed once, and not sent again to a reader that has them. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { jsonContent, StaticDocuments, staticDocument } from '../../src/http/pages/static-document.ts';

const text = 'a quiet evening in Porto, '.repeat(100);
const plain = { type: 'text/plain; charset=utf-8', text };

function served(make: () => Parameters<typeof jsonContent>[0]) {
  let made = 0;
  const app = new Hono()
    .onError((_, c) => c.body(null, 500))
    .get(
      '/document',
      staticDocument(() => {
        made += 1;
        return jsonContent(make());
      }),
    );
  return { ask: (headers: Record<string, string> = {}) => app.request('/document', { headers }), made: () => made };
}

describe('a static document', () => {
  test('is made once, for the first reader, and again if that failed', async () => {
    let isReady = false;
    const { ask, made } = served(() => {
      if (!isReady) throw new Error('not ready');
      return { text };
    });
    expect((await ask()).status).toBe(500);
    isReady = true;
    const answers = await Promise.all([ask(), ask(), ask({ 'accept-encoding': 'gzip' })]);
    expect([made(), ...answers.map(({ status }) => status)]).toEqual([2, 200, 200, 200]);
    expect(await answers[0]?.json()).toEqual({ text });
  });

  test('arrives compressed and complete, however many readers ask at once', async () => {
    const documents = new StaticDocuments(() => plain);
    const app = new Hono().get('/', (c) => documents.answer(c));
    const bodies = async (encoding: string) =>
      Promise.all(
        [1, 2].map(async () => Buffer.from(await (await app.request('/', { headers: { 'accept-encoding': encoding } })).arrayBuffer())),
      );
    const [[gzip, again], [brotli]] = [await bodies('gzip'), await bodies('br')];
    expect([gunzipSync(gzip ?? '').toString(), brotliDecompressSync(brotli ?? '').toString()]).toEqual([text, text]);
    expect(again).toEqual(gzip);
  });

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0.0, gzip;q=0', null],
    ['identity', null],
    ['', null],
    [`${'x,'.repeat(600)}gzip`, null],
  ])('for a reader that accepts %j is sent as %j', async (accepted, encoding) => {
    const { ask } = served(() => ({ text }));
    const { headers } = await ask({ 'accept-encoding': accepted });
    expect([headers.get('content-encoding'), headers.get('vary')]).toEqual([encoding, 'Accept-Encoding']);
  });

  test('of a few hundred bytes is not compressed', async () => {
    const { headers } = await served(() => ({ text: 'short' })).ask({ 'accept-encoding': 'gzip' });
    expect(headers.get('content-encoding')).toBeNull();
  });

  test('is not sent again to a reader that has it, in any encoding', async () => {
    const { ask } = served(() => ({ text }));
    for (const encoding of ['gzip', 'br', 'identity']) {
      const accepted = { 'accept-encoding': encoding };
      const tag = (await ask(accepted)).headers.get('etag') ?? '';
      const again = await ask({ ...accepted, 'if-none-match': `"other", ${tag}` });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, '']);
      expect((await ask({ ...accepted, 'if-none-match': '"other"' })).status).toBe(200);
      expect((await ask({ ...accepted, 'if-none-match': `${'"other", '.repeat(200)}${tag}` })).status).toBe(200);
    }
  });
});
