import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskEmail, normaliseEmail } from '../../src/delivery/email-address.ts';

const local64 = 'a'.repeat(64);
const domain189 = `${'b'.repeat(62)}.${'c'.repeat(62)}.${'d'.repeat(59)}.com`;

describe('normaliseEmail', () => {
  test.each([
    ['a plain address', 'robin@example.com', 'robin@example.com', 'robin@example.com'],
    ['spaces around it', '  robin@example.com ', 'robin@example.com', 'robin@example.com'],
    ['capitals: the local part is sent to as typed', 'Robin.B@EXAMPLE.Com', 'Robin.B@example.com', 'robin.b@example.com'],
    ['a tag', 'robin+codes@example.com', 'robin+codes@example.com', 'robin+codes@example.com'],
    [
      'every special character of a local part',
      "!#$%&'*+-/=?^_`{|}~@example.com",
      "!#$%&'*+-/=?^_`{|}~@example.com",
      "!#$%&'*+-/=?^_`{|}~@example.com",
    ],
    ['an international domain', 'robin@Bücher.example', 'robin@xn--bcher-kva.example', 'robin@xn--bcher-kva.example'],
    ['one already in ASCII', 'robin@xn--bcher-kva.example', 'robin@xn--bcher-kva.example', 'robin@xn--bcher-kva.example'],
    [
      'a look-alike letter in the domain, which is shown in ASCII',
      'robin@\u0430pple.com',
      'robin@xn--pple-43d.com',
      'robin@xn--pple-43d.com',
    ],
    ['full-width letters, as what they stand for', 'robin@ｅｘａｍｐｌｅ.com', 'robin@example.com', 'robin@example.com'],
    ['an ideographic full stop', 'robin@例え。jp', 'robin@xn--r8jz45g.jp', 'robin@xn--r8jz45g.jp'],
    ['the longest allowed', `${local64}@${domain189}`, `${local64}@${domain189}`, `${local64}@${domain189}`],
  ])('accepts %s', (_case, input, address, identity) => {
    expect(normaliseEmail(input)).toEqual({ address, identity });
  });

  test.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['no @', 'robin.example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'robin@'],
    ['two @', 'robin@example.com@example.org'],
    ['a full-width @', 'robin\uFF20example.com'],
    ['a small @', 'robin\uFE6Bexample.com'],
    ['a full-width @ beside a real one', 'robin@evil.org\uFF20example.com'],
    ['a small @ beside a real one', 'robin@evil.org\uFE6Bexample.com'],
    ['a line break before it', '\nrobin@example.com'],
    ['a line break after it', 'robin@example.com\r\n'],
    ['a header after it', 'robin@example.com\r\nBcc: eve@example.org'],
    ['a tab inside the domain', 'robin@exam\tple.com'],
    ['a null character', 'robin\0@example.com'],
    ['a no-break space around it', '\u00A0robin@example.com'],
    ['a space inside', 'ro bin@example.com'],
    ['a zero-width space in the domain', 'robin@exam\u200Bple.com'],
    ['a soft hyphen in the domain', 'robin@exam\u00ADple.com'],
    ['a display name', 'Robin <robin@example.com>'],
    ['two addresses', 'robin@example.com,eve@example.org'],
    ['a quoted local part', '"robin"@example.com'],
    ['a quoted local part with a space', '"ro bin"@example.com'],
    ['an encoded word', '=?utf-8?q?robin?=@example.com'],
    ['an encoded word in base64', '=?UTF-8?B?cm9iaW4=?=@example.com'],
    ['an encoded word with a language', '=?us-ascii*en?Q?robin=40example.org?=@example.com'],
    ['an encoded word inside', 'robin=?utf-8?q?x?=y@example.com'],
    ['a host behind a per cent sign', 'robin%example.org@example.com'],
    ['a host behind a per cent sign, without a dot', 'robin%intranet@example.com'],
    ['a host before an exclamation mark', 'example.org!robin@example.com'],
    ['a source route', '@example.org,@example.net:robin@example.com'],
    ['a comment in the local part', 'robin(friend)@example.com'],
    ['a comment in the domain', 'robin@(friend)example.com'],
    ['a comment after it', 'robin@example.com(friend)'],
    ['a quoted pair', 'robin\\@x@example.com'],
    ['a quoted local part with a control character', '"ro\u0007bin"@example.com'],
    ['a quoted local part with a line break', '"ro\r\n bin"@example.com'],
    ['a folded header', 'robin@example.com\r\n Bcc: eve@example.org'],
    ['a line separator after it', 'robin@example.com\u2028'],
    ['a reversal of the writing direction', 'robin@\u202eexample.com'],
    ['a joiner in the domain', 'robin@\u200dexample.com'],
    ['a non-ASCII local part', 'röbin@example.com'],
    ['a look-alike letter in the local part', 'r\u043Ebin@example.com'],
    ['a dot at the start', '.robin@example.com'],
    ['a dot at the end', 'robin.@example.com'],
    ['two dots', 'ro..bin@example.com'],
    ['a domain without a dot', 'robin@localhost'],
    ['an empty label', 'robin@example..com'],
    ['a dot after the domain', 'robin@example.com.'],
    ['a label that starts with a hyphen', 'robin@-example.com'],
    ['an underscore in the domain', 'robin@ex_ample.com'],
    ['an IPv4 address', 'robin@192.0.2.1'],
    ['an IPv4 address in hexadecimal', 'robin@0xc0.0x0.0x2.0x1'],
    ['an IPv4 literal', 'robin@[192.0.2.1]'],
    ['an IPv6 literal', 'robin@[IPv6:2001:db8::1]'],
    ['a path after the domain', 'robin@example.com/x'],
    ['a query after the domain', 'robin@example.com?x'],
    ['a port after the domain', 'robin@example.com:25'],
    ['an escaped dot in the domain', 'robin@example%2ecom'],
    ['impossible punycode', 'robin@xn--a.com'],
    ['a local part of 65', `a${local64}@example.com`],
    ['a whole of 255', `${local64}@b${domain189}`],
    ['a domain that is too long in ASCII only', `robin@${'ü'.repeat(60)}.${'ö'.repeat(60)}.${'ä'.repeat(60)}.${'ß'.repeat(60)}.com`],
    ['very many spaces', `${' '.repeat(1_000_000)}robin@example.com`],
  ])('refuses %s', (_case, input) => {
    expect(normaliseEmail(input)).toBeNull();
  });

  test('leaves a normalised address unchanged, in ASCII, on one line and within its limits', () => {
    const localPart = fc.stringMatching(/^[A-Za-z0-9+_.-]{1,66}$/);
    const label = fc.oneof(fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }));
    const input = fc.oneof(
      fc.tuple(localPart, fc.array(label, { minLength: 1, maxLength: 4 })).map(([local, labels]) => `${local}@${labels.join('.')}.com`),
      fc.emailAddress(),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(input, (text) => {
        const once = normaliseEmail(text);
        if (once === null) return;
        expect(normaliseEmail(once.address)).toEqual(once);
        expect(once.address).toMatch(/^[!-?A-~]{1,64}@[a-z0-9.-]+$/);
        expect(once.address.length).toBeLessThanOrEqual(254);
      }),
      { numRuns: 2_000 },
    );
  });

  test('gives addresses that differ in case the same identity', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), (local) => {
        const lower = normaliseEmail(`${local.toLowerCase()}@example.com`);
        const upper = normaliseEmail(`${local.toUpperCase()}@EXAMPLE.COM`);
        expect(lower?.identity).toBeDefined();
        expect(lower?.identity).toBe(upper?.identity);
      }),
    );
  });
});

describe('maskEmail', () => {
  test.each([
    ['jane@example.com', 'j***@example.com'],
    ['j@example.com', 'j***@example.com'],
    ['Jane.Doe+codes@mail.example.com', 'J***@mail.example.com'],
  ])('masks %s as %s', (address, masked) => {
    expect(maskEmail(address)).toBe(masked);
  });
});
