/** The answer to a request that fails: a problem document and, unless the failure is the caller's, a line in the log. */
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { InvalidBody } from '../../src/engine/errors.ts';
import { Problem, Problems } from '../../src/http/problems/problem.ts';
import { problemResponse } from '../../src/http/problems/problem-response.ts';
import { thrownValues } from '../../src/http/problems/thrown-values.ts';

/** The answer of a route that throws a value, and the log. */
async function answerTo(thrown: unknown) {
  const lines: Record<string, unknown>[] = [];
  const failed: string[] = [];
  const app = new Hono();
  const lent = { status: 409, title: 'The book is lent', explanation: '', remedy: '' } as const;
  const log = { info: () => {}, warn: () => {}, error: (fields: object) => lines.push({ ...fields }) };
  const deps = {
    publicUrl: 'https://verify.example',
    problems: new Problems({ lent }),
    log,
    now: () => 0,
    failed: (code: string) => failed.push(code),
    unavailable: () => {},
    aborted: () => {},
  };
  app.onError((error, c) => problemResponse(c, error, deps));
  app.use(thrownValues());
  app.get('/', () => {
    throw thrown;
  });
  const response = await app.request('/', {}, {});
  return { status: response.status, document: await response.json(), lines, failed };
}

test('a refusal that a module lists is a problem without a line in the log', async () => {
  const { status, document, lines, failed } = await answerTo(new InvalidBody('/book', 'The book is lent', 'lent'));
  expect([status, lines, failed]).toEqual([409, [], ['lent']]);
  expect(document).toMatchObject({ code: 'lent', errors: [{ path: '/book' }] });
});

test.each([
  ['an invalid body', new InvalidBody('/book', 'jane@example.com has it', 'lend')],
  ['a refusal', new Problem({ refusal: 'lend' }, 'jane@example.com has it', { members: { holder: 'jane@example.com' } })],
])('%s with a code that no module lists is an internal error, and the log names the code and the place', async (_, error) => {
  const { status, document, lines, failed } = await answerTo(error);
  expect([status, failed]).toEqual([500, ['internal-error']]);
  expect(document).toMatchObject({ code: 'internal-error', status: 500, type: 'https://verify.example/problems/internal-error' });
  expect(lines).toMatchObject([
    {
      err: { message: "No module brings the refusal 'lend'" },
      thrown: [{ name: error.name, frames: expect.arrayContaining([expect.stringContaining('problem-response.test.ts')]) }],
    },
  ]);
  expect(JSON.stringify([document, lines])).not.toContain('jane');
});

test.each([['a text'], [null], [undefined], [{ code: 7 }]])(
  'a thrown value that is no error is an internal error with a line: %j',
  async (thrown) => {
    const { status, document, lines } = await answerTo(thrown);
    expect([status, document, lines.length]).toEqual([500, expect.objectContaining({ code: 'internal-error' }), 1]);
  },
);
