/** The message of a problem, which people read. The test plays the server. */
import { createClient } from 'verification-workflows/client';
import { describe, expect, test } from 'vitest';
import { problemOf } from './problem-of.ts';

/** @param reply an answer; null for none */
function messageAfter(reply: Response | null): Promise<string> {
  const client = createClient('https://verify.example.com', {
    fetch: async () => {
      if (reply === null) throw new TypeError('fetch failed');
      return reply;
    },
  });
  return problemOf(client.start('email-verification', { email: 'jane@example.com' })).then(({ message }) => message);
}

describe('the message of a problem', () => {
  const title = 'Wait before sending another code';
  test.each([
    [
      'names the wait and no state',
      { title, detail: `${title}. The session is in the state a.b.` },
      `${title}. Try again in 90 seconds.`,
      '90',
    ],
    ['counts one second', { title }, `${title}. Try again in 1 second.`, '1'],
    [
      'names invalid fields once',
      { title, errors: [title, 'Too short.'].map((message) => ({ path: '/x', message })) },
      `${title}. Too short.`,
    ],
    ['is the detail of a foreign problem without a title', { detail: 'Out of order' }, 'Out of order.'],
  ])('%s', async (_, members, message, wait?: string) => {
    const headers = { 'content-type': 'application/problem+json', ...(wait === undefined ? {} : { 'retry-after': wait }) };
    const document = JSON.stringify({ code: 'resend-too-soon', status: 429, ...members });
    expect(await messageAfter(new Response(document, { status: 429, headers }))).toBe(message);
  });

  test('is a sentence without any answer, and for an answer of another server', async () => {
    expect(await messageAfter(new Response('', { status: 418 }))).toBe('The service gave an unexpected answer (status 418).');
    expect(await messageAfter(null)).toBe('The service did not answer.');
  });
});
