import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { renderEmail, renderNotice } from '../../src/delivery/email-template.ts';
import type { CodeMessage, NoticeMessage } from '../../src/delivery/message.ts';
import { supportNotices } from '../../src/modules/support/notices.ts';
import { codeMessage } from './messages.ts';

const options = { serviceName: 'Acme', supportUrl: 'https://acme.example/help?a=1&b="2"' };

/** Texts that mail programs turn into links: names with dots, IPv4 addresses, text after a scheme, Windows paths. */
const linkable = /\p{L}[.\u3002\uFF0E\uFF61\u2024\uFE52]\p{L}|\d[.]\d+[.]\d+[.]\d|\p{L}:\/|\\\\/u;

/** The visible text of HTML, as mailparser derives it. */
async function visible(html: string): Promise<string> {
  const mail = await simpleParser(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`);
  return mail.text ?? '';
}

const asNotice: NoticeMessage = {
  kind: 'notice',
  details: {},
  ...{ sessionId: codeMessage.sessionId, workflow: codeMessage.workflow, key: codeMessage.key, to: codeMessage.to },
  ...{ channel: 'email', device: codeMessage.device, locale: 'en', code: null, notice: 'new-device', instead: null, agent: null },
  ...{ reason: null, at: codeMessage.expiresAt, link: null },
};

function named(name: string | null, type: string | null = null): CodeMessage {
  return { ...codeMessage, device: { type, name } };
}

describe('the email', () => {
  test('names in both forms the device, the code, its expiry, the advice and where to get help', async () => {
    const { text, html } = renderEmail(codeMessage, 'en', options);
    for (const wrapped of [text, await visible(html)]) {
      const body = wrapped.replace(/(?<=\S)\n(?=\S)/g, ' ');
      expect(body).toContain('Device type: Phone Device name: Kitchen tablet');
      expect(body).toMatch(/^042917$/m);
      expect(body).toContain('00:40 UTC on 1 January 2026, 40 minutes after it was first sent');
      expect(body).toContain('If you did not request a code');
      expect(body).toContain('https://acme.example/help?a=1&b="2"');
    }
  });

  test('shows the device before the code', () => {
    const { text } = renderEmail(codeMessage, 'en', options);
    expect(text.indexOf('Kitchen tablet')).toBeLessThan(text.indexOf('042917'));
  });

  test('keeps the code in one piece', () => {
    expect(renderEmail(codeMessage, 'en', options).html).toContain('>042917<');
  });

  test('keeps the code out of the subject and of the first hundred characters', () => {
    const { subject, text } = renderEmail(codeMessage, 'en', options);
    expect(subject).toBe('Your Acme verification code');
    expect(text.slice(0, 100)).not.toContain('042917');
  });

  test('escapes the link in its attribute too', () => {
    expect(renderEmail(codeMessage, 'en', options).html).toContain(
      '<a href="https:&#x2F;&#x2F;acme.example&#x2F;help?a=1&amp;b=&quot;2&quot;"',
    );
  });

  test('leaves out the support sentence when there is no link', () => {
    const { text, html } = renderEmail(codeMessage, 'en', { serviceName: 'Acme', supportUrl: null });
    expect(text).not.toContain('help');
    expect(html).not.toContain('<a ');
  });

  test.each([
    ['null', null],
    ['empty', ''],
    ['blank', ' \n\t '],
    ['only invisible characters', '\u200B\u202E\u0000'],
  ])('calls a device unknown whose type and name are %s', (_case, value) => {
    const { text } = renderEmail(named(value, value), 'en', options);
    expect(text).toContain('Device type: Unknown device\nDevice name: Unknown device\n');
  });

  test.each([
    ['is one minute', 60_000, ', 1 minute after it was first sent.'],
    ['is ten minutes', 600_000, ', 10 minutes after it was first sent.'],
    ['is no whole number of minutes', 90_000, '1 January 2026.'],
    ['is not known', null, '1 January 2026.'],
  ])('rounds the lifetime down when it %s', (_case, validForMs, expected) => {
    expect(renderEmail({ ...codeMessage, validForMs }, 'en', options).text).toContain(expected);
  });

  test('never promises a later minute than the code’s expiry', () => {
    const expiresAt = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    expect(renderEmail({ ...codeMessage, expiresAt }, 'en', options).text).toContain('at 23:59 UTC on 31 December 2026');
  });

  test('loads nothing and sets no colour', () => {
    const { html } = renderEmail(codeMessage, 'en', { serviceName: 'Acme', supportUrl: null });
    expect(html).not.toMatch(/<(img|link|script|iframe)|url\(|https?:|background|#[0-9a-f]{3}/i);
  });
});

describe('a device name typed by a stranger', () => {
  test('is escaped in the HTML', async () => {
    const name = `<script>alert("1")</script><a href='//x'>&`;
    const { html } = renderEmail(named(name, '<b>'), 'en', options);
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>');
    expect(await visible(html)).toContain(`Device name: ${name}`);
  });

  test.each([
    ['\r\nBcc: eve@example.org\r\n\r\nhello', 'Bcc: eve@example. org hello'],
    ['phone\u2028line\u2029line\u0085line', 'phone line line line'],
    ['\u202Eenohp\u2066', 'enohp'],
    ['see http://evil.example/x', 'see http: //evil. example/x'],
    ['www.evil.example', 'www. evil. example'],
    ['evil\uFF0Ecom', 'evil. com'],
    ['evil\u3002com', 'evil\u3002 com'],
    ['evil\uFF61com', 'evil\u3002 com'],
    ['evil\u2024com', 'evil. com'],
    ['evil\uFE52com', 'evil. com'],
    ['evil.\u200Bcom', 'evil. com'],
    ['evil\u00AD.\u2060com', 'evil . com'],
    ['evil.\u3164com', 'evil. com'],
    ['evil.\u034Fcom', 'evil. com'],
    ['evil.\uFE0Fcom', 'evil. com'],
    ['evil.\u202Emoc', 'evil. moc'],
    ['ｅｖｉｌ．ｃｏｍ', 'evil. com'],
    ['пример.рф', 'пример. рф'],
    ['例え。テスト', '例え。 テスト'],
    ['xn--e1afmkfd.xn--p1ai', 'xn--e1afmkfd. xn--p1ai'],
    ['evil.com/login?a=b', 'evil. com/login?a=b'],
    ['hxxps://evil.com', 'hxxps: //evil. com'],
    ['203.0.113.7/login', '203. 0. 113. 7/login'],
    ['http://203.0.113.7:80', 'http: //203. 0. 113. 7:80'],
    ['２０３．０．１１３．７', '203. 0. 113. 7'],
    ['203。0。113。7', '203。 0。 113。 7'],
    ['https://3405803783/', 'https: //…/'],
    ['mailto:eve@example.org', 'mailto: eve@example. org'],
    ['javascript:alert(1)', 'javascript: alert(1)'],
    ['call +1 900 555 0123 now', 'call … now'],
    ['tel:0900-555-0123', 'tel: …'],
    ['call 1.900.555.0123', 'call …'],
    ['06.12.34.56.78', '…'],
    ['06–12–34–56–78', '…'],
    ['٠٦١٢٣٤٥٦٧٨', '…'],
    ['Chrome 128.0.6613.120 on 10.15.7', 'Chrome 128.0.6613.120 on 10.15.7'],
    ['Ubuntu 22.04.12', 'Ubuntu 22.04.12'],
    ['code 123456', 'code …'],
    ['Code:042137!', 'Code: …!'],
    ['your code is ٠٤٢١٣٧', 'your code is …'],
    ['code １２３４５６', 'code …'],
    ['code 12\u200B3456', 'code …'],
    ['code 123 456', 'code …'],
    ['code 123-456', 'code …'],
    ['code 123.456', 'code …'],
    ['code 12 34 56', 'code …'],
    ['code 1 2 3 4 5 6', 'code …'],
    ['123456', '…'],
    ['build 12345', 'build 12345'],
    ['iPhone 15, 2026', 'iPhone 15, 2026'],
    ['\\\\evil\\share', '\\ \\evil\\share'],
    ['file:/\\evil', 'file: / \\evil'],
    ['Galaxy S24 Ultra, 12:30', 'Galaxy S24 Ultra, 12:30'],
    ['Jane’s phone. ❤\uFE0F', 'Jane’s phone. ❤\uFE0F'],
    ['Android 14.1 (v2.0)', 'Android 14.1 (v2.0)'],
    ["Zoë's 📱", "Zoë's 📱"],
    ['x'.repeat(60), 'x'.repeat(60)],
    ['📱'.repeat(60), '📱'.repeat(60)],
    ['📱'.repeat(61), `${'📱'.repeat(59)}…`],
  ])('is one short line without links: %j', (typed, shown) => {
    expect(renderEmail(named(typed), 'en', options).text).toContain(`Device name: ${shown}\n`);
  });

  test('changes no line but its own', () => {
    const plain = renderEmail(named('x', 'x'), 'en', options);
    const unit = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '\r',
        '\n',
        '\0',
        '\u2028',
        '://',
        '.com',
        '</p>',
        '\uFF0E',
        '\u3002',
        '\u200B',
        'evil',
        '1.2',
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    const typed = fc.string({ unit, maxLength: 40 });
    fc.assert(
      fc.property(typed, typed, (name, type) => {
        const email = renderEmail(named(name, type), 'en', options);
        const count = (text: string, pattern: RegExp) => text.match(pattern)?.length;
        expect(email.subject).toBe(plain.subject);
        expect(count(email.text, /\p{Cc}/gu)).toBe(count(plain.text, /\p{Cc}/gu));
        expect(count(email.html, /[<>"]/g)).toBe(count(plain.html, /[<>"]/g));
        expect(count(email.html, /\p{Cc}/gu)).toBe(count(plain.html, /\p{Cc}/gu));
        expect(email.text).not.toMatch(/[a-z]\.com/);
        for (const line of email.text.split('\n')) if (line.startsWith('Device')) expect(line).not.toMatch(linkable);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('a text of an agent in a notice contains no link either', () => {
  const notice = {
    ...asNotice,
    notice: 'support-requested' as const,
    agent: 'Sam evil\uFF0Ecom',
    reason: 'See 203.0.113.7/login,\r\nor https://evil。com',
  };
  const { text, subject } = renderNotice(notice, 'en', supportNotices['support-requested'], options);
  expect(text).toMatch(/^.*: Sam evil\. com$/m);
  expect(text).toMatch(/: See 203\. 0\. 113\. 7\/login, or https: \/\/evil。 com$/m);
  expect(subject).not.toContain('evil');
});

test('a service name cannot inject markup either', () => {
  const { subject, html } = renderEmail(codeMessage, 'en', { serviceName: 'A <i>\r\nBcc: x', supportUrl: null });
  expect(subject).toBe('Your A <i> Bcc: x verification code');
  expect(html).not.toContain('<i>');
});
