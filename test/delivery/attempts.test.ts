/** Attempts after a failed connection, after a Retry-After, and after a provider's final failure. */
import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../src/common/failed-requests.ts';
import { Attempts, unanswered, unavailable } from '../../src/delivery/attempts.ts';
import type { DeliveryResult } from '../../src/delivery/message.ts';

const now = Date.UTC(2026, 0, 1);

describe('Retry-After', () => {
  test.each<[string | null | undefined, number | null]>([
    ['7', 7_000],
    [' 120 ', 120_000],
    ['999999', 999_999_000],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
    ['soon', null],
    ['-5', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('of %j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  test.each(['0', '000', 'Thu, 01 Jan 2026 00:00:00 GMT', 'Wed, 31 Dec 2025 23:00:00 GMT'])(
    'of %j is over, so the retry policy sets the pause',
    (header) => {
      expect(retryAfterMs(header, now)).toBeNull();
    },
  );
});

describe('a request without an answer', () => {
  const withCode = (code: string) => Object.assign(new Error('secret'), { code });

  test.each([
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ])('has sent nothing if no connection was made: %s', (code) => {
    const expected = { outcome: 'unavailable', sent: 'no', reason: `no connection to Acme (${code})` };
    expect(unanswered('Acme', withCode(code))).toEqual(expected);
    expect(unanswered('Acme', new TypeError('fetch failed', { cause: withCode(code) }))).toEqual(expected);
  });

  test.each<[unknown, string]>([
    [withCode('ECONNRESET'), ' (ECONNRESET)'],
    [withCode('UND_ERR_HEADERS_TIMEOUT'), ' (UND_ERR_HEADERS_TIMEOUT)'],
    [new DOMException('secret', 'TimeoutError'), ' (TimeoutError)'],
    [new Error('secret'), ''],
    [new TypeError('secret'), ''],
    ['secret', ''],
  ])('may have sent the message otherwise, and quotes nothing: %s', (error, named) => {
    expect(unanswered('Acme', error)).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: `no answer from Acme${named}` });
  });
});

test('a provider that is not ready tells when it will be, or does not', () => {
  expect(unavailable('no', 'busy', 5)).toEqual({ outcome: 'unavailable', sent: 'no', reason: 'busy', retryAfterMs: 5 });
  expect(unavailable('no', 'busy')).not.toHaveProperty('retryAfterMs');
});

test('closing waits for attempts under way, and begins no more', async () => {
  const attempts = new Attempts();
  let end: (result: DeliveryResult) => void = () => {};
  const running = attempts.run(
    () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  );
  let isClosed = false;
  const closed = attempts.close().then(() => {
    isClosed = true;
  });
  expect(await attempts.run(() => Promise.reject(new Error('begun')))).toMatchObject({ outcome: 'unavailable', sent: 'no' });
  expect(isClosed).toBe(false);
  end({ outcome: 'accepted' });
  expect(await running).toEqual({ outcome: 'accepted' });
  await closed;
});
