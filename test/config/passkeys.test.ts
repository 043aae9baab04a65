/** The settings of passkeys: the domain, and the pages that may use it. */
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/modules/host.ts';
import { passkeySettings, relyingPartyOf } from '../../src/modules/passkeys/settings.ts';
import { refusal } from '../support/settings.ts';

const warned: unknown[] = [];
function partyOf(publicUrl: string, settings: Readonly<Record<string, string>> = {}) {
  const value = (name: string) => settings[name] ?? null;
  const read = passkeySettings({ value, readFile: () => '', production: false, sandbox: true, allowsPrivate: () => false });
  const host = { publicUrl, serviceName: 'Example', log: { warn: (...line: unknown[]) => warned.push(line) } } as unknown as Host;
  return relyingPartyOf(read, host);
}

test.each([
  ['http://localhost:3000', {}, { id: 'localhost', origins: ['http://localhost:3000'] }],
  ['https://verify.example.com/prefix', {}, { id: 'verify.example.com', origins: ['https://verify.example.com'] }],
  ['https://verify.example.com', { RP_ID: 'Example.com' }, { id: 'example.com', origins: ['https://verify.example.com'] }],
  [
    'https://verify.example.com',
    { RP_ID: 'example.com', RP_ORIGINS: 'https://APP.example.com/, https://example.com:8443' },
    { id: 'example.com', origins: ['https://app.example.com', 'https://example.com:8443'] },
  ],
  [
    'http://10.0.0.5:3000',
    { RP_ID: 'example.com', RP_ORIGINS: `https://example.com,android:apk-key-hash:${'a'.repeat(43)}` },
    { id: 'example.com', origins: ['https://example.com', `android:apk-key-hash:${'a'.repeat(43)}`] },
  ],
] as const)('%s with %j', (publicUrl, settings, expected) => {
  expect(partyOf(publicUrl, settings)).toEqual({ ...expected, name: 'Example' });
  expect(warned.splice(0)).toEqual([]);
});

test.each(['http://127.0.0.1:3000', 'http://[::1]:3000', 'http://verify.example.com'])('%s alone is warned of', (publicUrl) => {
  partyOf(publicUrl);
  expect(warned.splice(0)).toEqual([[{ publicUrl }, expect.stringContaining('Passkeys do not work here')]]);
});

describe('one line refuses', () => {
  test.each(['10.0.0.5', '[::1]', 'https://example.com', 'example.com:3000', '*.example.com', 'example..com', '1.2'])('RP_ID=%s', (id) => {
    expect(refusal({ RP_ID: id })).toBe('RP_ID must be a domain such as example.com, and no address');
  });

  test.each(['example.com', 'https://example.com/page', 'https://*.example.com', 'ftp://example.com', 'android:apk-key-hash:short'])(
    'RP_ORIGINS=%s',
    (origin) => {
      expect(refusal({ RP_ORIGINS: origin })).toMatch(/^RP_ORIGINS: '.*' is not an origin such as https:\/\/[a-z.]+$/);
    },
  );

  test.each([
    ['https://verify.example.com', { RP_ID: 'example.org' }],
    ['https://example.com', { RP_ID: 'verify.example.com' }],
    ['https://verify.example.com', { RP_ORIGINS: 'https://example.com' }],
    ['https://example.com', { RP_ORIGINS: 'https://example.com,https://notexample.com' }],
    ['https://example.com', { RP_ORIGINS: 'http://example.com' }],
    ['http://10.0.0.5', { RP_ID: 'example.com' }],
  ])('%s with %j', (publicUrl, settings) => {
    expect(() => partyOf(publicUrl, settings)).toThrow(/^RP_ORIGINS[^\n]+ is no https:\/\/ page of RP_ID [a-z.]+ or of its subdomains$/);
  });
});
