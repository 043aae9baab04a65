/** Messages in the person's language: locales of devices, scripts of any kind, templates of notices. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { directionOf, knownLanguage, localeTag } from '../../src/common/language-tags.ts';
import { builtInChannels } from '../../src/delivery/built-in-channels.ts';
import { layOut } from '../../src/delivery/email-layout.ts';
import type { CodeMessage, NoticeMessage } from '../../src/delivery/message.ts';
import { type TemplateOptions, Templates } from '../../src/delivery/templates.ts';
import { accountNotices } from '../../src/modules/accounts/notices.ts';
import { codeMessage } from './messages.ts';

const options: TemplateOptions = {
  serviceName: 'Acme',
  supportUrl: null,
  domain: 'acme.example',
  folder: null,
  channels: builtInChannels,
  notices: accountNotices,
  details: ['newEmail'],
  onProblem: (problem) => {
    throw new Error(problem);
  },
};
const notice: NoticeMessage = {
  ...{ sessionId: '', workflow: '', key: '', to: '', device: { type: 'Phone', name: null }, channel: 'email', instead: null },
  ...{ kind: 'notice', code: null, notice: 'new-device', details: {}, agent: null, reason: null, at: 0, link: null, locale: null },
};

function withFiles(files: Readonly<Record<string, string>>): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'languages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return new Templates({ ...options, folder });
}
const sms = (locale: string): CodeMessage => ({ ...codeMessage, channel: 'sms', locale });

describe('the lookup of a language', () => {
  test.each([
    ['en_US', 'en'],
    ['ca-ES-valencia', 'ca'],
    ['en-US-POSIX', 'en'],
    ['en-US-u-hc-h12', 'en'],
    ['de_DE.UTF-8', 'de'],
    ['de_DE@euro', 'de'],
    ['pt-br', 'pt-BR'],
    // `1` is no subtag of BCP 47.
    ['de-DE-1', 'de'],
    ['pt-BR-u-ca-gregory', 'pt-BR'],
    ['pt-PT', null],
    ['zh_TW_#Hant', null],
    ['zh-Hant-TW', 'zh-Hant'],
    ['iw_IL', 'he'],
    ['in-ID', 'id'],
    ['x-de', null],
    ['C.UTF-8', null],
    ['', null],
    ['__proto__', null],
    [null, null],
  ])('%j is served as %j', (locale, language) => {
    expect(knownLanguage(locale, ['en', 'de', 'ca', 'pt-BR', 'zh-Hant', 'he', 'id'])).toBe(language);
  });

  test.each([
    ['he-IL', ['iw'], 'iw'],
    ['iw', ['he', 'iw'], 'iw'],
    ['he', ['he', 'iw'], 'he'],
    ['ji', ['yi'], 'yi'],
    ['tl-PH', ['fil'], 'fil'],
    ['no', ['nb'], 'nb'],
    ['nb-NO', ['no'], 'no'],
    ['nn-NO', ['nb', 'no', 'nn'], 'nn'],
    ['nn-NO', ['nb'], 'nb'],
    ['zh-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['zh-HK', ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
    ['zh-Hant-TW', ['zh-TW', 'zh'], 'zh-TW'],
    ['zh-Hant-HK', ['zh-Hant-TW', 'zh-TW'], null],
    ['zh-CN', ['zh-Hant'], null],
    ['zh', ['zh-Hans'], 'zh-Hans'],
    ['sr-Latn-RS', ['sr', 'sr-Latn'], 'sr-Latn'],
    ['sr-RS', ['sr-Latn'], null],
    ['es-419', ['es-ES', 'es'], 'es'],
    ['und', ['en'], null],
  ])('%j among %j is served as %j', (locale, known, language) => {
    expect(knownLanguage(locale, known)).toBe(language);
  });

  test.each([
    ['en', 'en'],
    ['EN_us', 'en-US'],
    ['ca-ES-valencia', 'ca-ES'],
    ['en-US-u-hc-h12', 'en-US'],
    ['zh_TW_#Hant', 'zh-Hant-TW'],
    ['es-419', 'es-419'],
    ['de-u-co-phonebk', 'de'],
    ['C.UTF-8', 'und'],
    ['', 'und'],
    ['../../etc', '../../etc'],
  ])('%j is stored as %j', (locale, tag) => {
    expect(localeTag(locale)).toBe(tag);
  });

  test.each([
    ['ar', 'rtl'],
    ['he-IL', 'rtl'],
    ['fa', 'rtl'],
    ['ur', 'rtl'],
    ['uz-Arab', 'rtl'],
    ['en', 'ltr'],
    ['zh-Hant', 'ltr'],
    ['not a tag', 'ltr'],
  ])('the direction of %s is %s', (language, direction) => {
    expect(directionOf(language)).toBe(direction);
  });
});

describe('a text message', () => {
  const text = 'رمز التحقق: {{ code }}\n\n@{{ domain }} #{{ code }}';

  test('keeps the letters of a service in any script, and its joiners', () => {
    const message = new Templates({ ...options, serviceName: 'می‌خواهم\u202E' }).render(sms('en'));
    expect(message.text).toContain('042917 is your می‌خواهم code.');
  });

  test('has a template in any script', () => {
    const templates = withFiles({ 'sms.ar.text.liquid': text, 'sms.zh-Hant.text.liquid': '{{ code }} 是您的驗證碼' });
    expect(templates.render(sms('ar_EG')).text).toContain('رمز التحقق: 042917');
    expect(templates.render(sms('zh-Hant-HK'))).toMatchObject({ text: '042917 是您的驗證碼', language: 'zh-Hant' });
    expect(templates.render(sms('zh-Hans-CN')).language).toBe('en');
  });
});

test('an email in a language from right to left says so, on the page and in templates', () => {
  expect(layOut('he', 'x', []).html).toMatch(/<html lang="he" dir="rtl">[\s\S]*<div role="article" aria-label="x" lang="he" dir="rtl"/);
  expect(layOut('fr', 'x', []).html).not.toContain('dir=');
  const rows = [['Device name', 'هاتف Samsung الأزرق (1)']] as const;
  expect(layOut('en', 'x', [{ kind: 'details', rows }]).html).toContain('Device name: <strong dir="auto">هاتف Samsung الأزرق (1)</strong>');
  const templates = withFiles({
    'email.ar.subject.liquid': 'رمز',
    'email.ar.text.liquid': '{{ code }}',
    'email.ar.html.liquid': '<html lang="{{ language }}" dir="{{ dir }}">{{ code }}</html>',
  });
  expect(templates.render({ ...codeMessage, channel: 'email', locale: 'ar-EG' }).html).toBe('<html lang="ar" dir="rtl">042917</html>');
});

describe('a notice', () => {
  test('has templates like a code', () => {
    const templates = withFiles({
      'email.fr.new-device.subject.liquid': 'Appareil ajouté chez {{ serviceName }}',
      'email.it.new-device.subject.liquid': 'Nuovo dispositivo',
      'email.it.new-device.text.liquid': '{{ deviceType }}, {{ date }}, {{ time }}',
      'email.it.new-device.html.liquid': '<p>{{ deviceType }}</p>',
    });
    const builtIn = new Templates(options);
    const french = { ...notice, locale: 'fr-CA' };
    expect(templates.render(french)).toEqual({ ...builtIn.render(french), subject: 'Appareil ajouté chez Acme' });
    expect(templates.render({ ...notice, locale: 'it' })).toEqual({
      ...{ subject: 'Nuovo dispositivo', text: 'Phone, 1 gennaio 1970, 00:00', html: '<p>Phone</p>', language: 'it' },
    });
    expect(templates.render({ ...notice, notice: 'wrong-code', locale: 'it' })).toEqual(
      builtIn.render({ ...notice, notice: 'wrong-code' }),
    );
    expect(templates.languages).toContain('it');
    expect(templates.previews().filter(({ language }) => language === 'it')).toHaveLength(1);
  });

  test('has templates with the details of the session, escaped in HTML, and with nothing for an absent one', () => {
    const templates = withFiles({
      'email.en.email-changed.subject.liquid': '{{ details.newEmail }} at {{ serviceName }}',
      'email.en.email-changed.text.liquid': '{% if details.newEmail %}To {{ details.newEmail }}.{% else %}Changed.{% endif %}',
      'email.en.email-changed.html.liquid': '<p>{{ details.newEmail }}</p>',
    });
    const changed = (details: NoticeMessage['details']) => templates.render({ ...notice, notice: 'email-changed', details });
    expect(changed({ newEmail: 'a<b@example.com', newPasswordHash: '$argon2' })).toMatchObject({
      ...{ subject: 'a<b@example.com at Acme', text: 'To a<b@example.com.', html: '<p>a&lt;b@example.com</p>' },
    });
    expect(changed({})).toMatchObject({ subject: 'at Acme', text: 'Changed.', html: '<p></p>' });
  });

  test.each([
    [
      'sms.en.new-device.text.liquid',
      'x',
      /is not named as a template is: .*, or email\.<language>\.<notice>\..* for a notice: .*new-device/,
    ],
    ['email.en.email-changed.text.liquid', '{{ details.newPasswordHash }}', /undefined variable: details\.newPasswordHash/],
    ['email.en.no-such-notice.text.liquid', 'x', /is not named as a template is/],
    ['email.it.new-device.text.liquid', 'x', /^email\.it\.new-device\.subject\.liquid is missing: it is not built in$/],
    [
      'email.en.password-locked.text.liquid',
      'Your account is locked',
      /^email\.en\.password-locked\.text\.liquid: does not show the link$/,
    ],
    ['email.en.new-device.text.liquid', '{{ code }}', /^email\.en\.new-device\.text\.liquid: .*code/],
  ])('stops the start when %s is %j', (name, text, expected) => {
    expect(() => withFiles({ [name]: text })).toThrow(expected);
  });

  test('keeps its link, also in HTML', () => {
    const link = 'https://acme.example/unlock?token=a&b=c';
    const templates = withFiles({
      'email.en.password-locked.text.liquid': 'Locked: {{ link }}',
      'email.en.password-locked.html.liquid': '<a href="{{ link }}">Unlock</a>',
    });
    const { text, html } = templates.render({ ...notice, notice: 'password-locked', link });
    expect([text, html]).toEqual([`Locked: ${link}`, '<a href="https://acme.example/unlock?token=a&amp;b=c">Unlock</a>']);
  });
});
