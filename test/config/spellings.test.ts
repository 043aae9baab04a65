/** Addresses that several spellings name. */
import { describe, expect, test } from 'vitest';
import { read } from '../support/settings.ts';

describe('addresses in another spelling are taken as meant', () => {
  test.each([
    ['HTTPS://Verify.Example', 'https://verify.example'],
    ['https://verify.example:443/', 'https://verify.example'],
    ['http://verify.example:80', 'http://verify.example'],
    ['https://verify.example./Base/', 'https://verify.example/Base'],
    ['http://[2001:DB8:0:0::1]:3000', 'http://[2001:db8::1]:3000'],
  ])('PUBLIC_URL=%s', (text, url) => {
    expect(read({ PUBLIC_URL: text }).publicUrl).toBe(url);
  });

  test('CORS_ORIGINS', () => {
    const origins = 'https://SHOP.example, HTTPS://shop.example:443/, http://[::0001]:5173, https://shop.example.';
    expect(read({ CORS_ORIGINS: origins }).corsOrigins).toEqual([
      'https://shop.example',
      'https://shop.example',
      'http://[::1]:5173',
      'https://shop.example',
    ]);
  });
});
