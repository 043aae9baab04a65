import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { builtInChannels } from '../../src/delivery/built-in-channels.ts';
import { gsm7Length, ucs2Parts } from '../../src/delivery/gsm7.ts';
import type { Channel, CodeMessage } from '../../src/delivery/message.ts';
import { type TemplateOptions, Templates } from '../../src/delivery/templates.ts';
import { accountNotices } from '../../src/modules/accounts/notices.ts';
import { supportNotices } from '../../src/modules/support/notices.ts';
import { codeMessage } from './messages.ts';

const channels = Object.keys(builtInChannels);

const languages = ['en', 'es', 'fr', 'de'];
const problems: string[] = [];
const options: TemplateOptions = {
  serviceName: 'Acme',
  supportUrl: 'https://acme.example/help',
  domain: 'acme.example',
  folder: null,
  channels: builtInChannels,
  notices: { ...accountNotices, ...supportNotices },
  details: [],
  onProblem: (problem) => problems.push(problem),
};

function message(channel: Channel, locale: string | null = null, changes: Partial<CodeMessage> = {}): CodeMessage {
  return { ...codeMessage, channel, locale, ...changes };
}

/** A folder of templates, until the end of one test. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('the language', () => {
  test.each(channels)('of an %s is the requested one, by its language alone', (channel) => {
    const templates = new Templates(options);
    const texts = languages.map((language) => templates.render(message(channel, language)));
    expect(texts.map(({ language }) => language)).toEqual(languages);
    expect(new Set(texts.map(({ text }) => text)).size).toBe(languages.length);
    expect(templates.render(message(channel, 'fr-CA'))).toEqual(templates.render(message(channel, 'fr')));
    expect(templates.render(message(channel, 'DE_at'))).toEqual(templates.render(message(channel, 'de')));
  });

  test.each([null, 'en', 'en-GB', 'EN_us', 'xx', '', '__proto__'])('is English for the locale %j', (locale) => {
    const templates = new Templates(options);
    for (const channel of channels) expect(templates.render(message(channel, locale))).toEqual(templates.render(message(channel, 'en')));
  });

  test('is also that of the HTML', () => {
    for (const language of languages) {
      const { html } = new Templates(options).render(message('email', language));
      expect(html).toContain(`<html lang="${language}">`);
    }
  });
});

describe('an email', () => {
  test.each([
    ['es', 'Su código de verificación de Acme', '00:40 UTC del 1 de enero de 2026, 40 minutos después de su primer envío'],
    ['fr', 'Votre code de vérification Acme', '00:40 UTC, le 1 janvier 2026, soit 40 minutes après son premier envoi'],
    ['de', 'Ihr Bestätigungscode für Acme', 'am 1. Januar 2026 um 00:40 Uhr UTC ab, 40 Minuten nach dem ersten Versand'],
  ])('in %s says what it is, and when the code expires', (language, subject, expiry) => {
    const rendered = new Templates(options).render(message('email', language));
    expect(rendered.subject).toBe(subject);
    expect(rendered.text).toContain(expiry);
    expect(rendered.html).toContain(expiry);
    expect(rendered.text).toMatch(/^042917$/m);
  });

  test.each(languages)('in %s uses the singular for one minute', (language) => {
    const { text } = new Templates(options).render(message('email', language, { validForMs: 60_000 }));
    expect(text).toMatch(/ 1 (minute|minuto|Minute) /);
  });
});

describe('a text message', () => {
  test.each([
    ['en', '042917 is your Acme code. It expires at 00:40 UTC. Do not share it.'],
    ['es', '042917 es su clave de un solo uso para Acme. Caduca a las 00:40 UTC. No la comparta con nadie.'],
    ['fr', '042917 est votre code Acme. Il expire à 00:40 UTC. Ne le communiquez à personne.'],
    ['de', '042917 ist Ihr Code für Acme. Er gilt bis 00:40 Uhr UTC. Geben Sie ihn nicht weiter.'],
  ])('in %s ends with the line that phones recognise', (language, sentences) => {
    expect(new Templates(options).render(message('sms', language))).toEqual({
      subject: null,
      text: `${sentences}\n\n@acme.example #042917`,
      html: null,
      language,
    });
  });

  test('fits one segment, or three in another alphabet, and ends with its line, whatever the names of the service and the domain', () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);
    const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) =>
      labels
        .join('.')
        .slice(0, 115)
        .replace(/[.-]+$/, ''),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), domain, fc.constantFrom(...languages), (serviceName, host, language) => {
        const { text } = new Templates({ ...options, serviceName, domain: host }).render(message('sms', language));
        const septets = gsm7Length(text);
        expect(septets === null ? ucs2Parts(text) : 1).toBeLessThanOrEqual(3);
        expect(septets ?? 0).toBeLessThanOrEqual(160);
        expect(text).toMatch(/^042917 /);
        expect(text.split('\n').at(-1)).toBe(`@${host} #042917`);
      }),
      { numRuns: 300 },
    );
  });

  test('shows the whole service name in any script, as far as there is room', () => {
    const named = (serviceName: string) => new Templates({ ...options, serviceName }).render(message('sms')).text;
    expect(named('Café Zoë')).toMatch(/^042917 is your Café Zoe code\./);
    expect(named('Café Zoë 📱')).toMatch(/^042917 is your Café Zoë 📱 code\. It expires .* Do not share it\./);
    expect(named('東京')).toMatch(/^042917 is your 東京 code\. It expires/);
    expect(named('Łódź')).toMatch(/^042917 is your Łódź code\./);
    expect(named('😀'.repeat(40))).toContain(` ${'😀'.repeat(30)} `);
    expect(named(`Acme ${'x'.repeat(40)}`)).toMatch(/^042917 is your Acme x{25} code\. It expires/);
  });

  test('drops the advice first, then the time, then the name', () => {
    const first = (length: number) =>
      new Templates({ ...options, domain: 'd'.repeat(length) }).render(message('sms', 'es')).text.split('\n')[0];
    const code = '042917 es su clave de un solo uso';
    expect(first(55)).toBe(`${code} para Acme. Caduca a las 00:40 UTC. No la comparta con nadie.`);
    expect(first(56)).toBe(`${code} para Acme. Caduca a las 00:40 UTC.`);
    expect(first(82)).toBe(`${code} para Acme.`);
    expect(first(106)).toBe(`${code}.`);
    expect(first(115)).toBe(`${code}.`);
  });

  test('is refused at the start if no sentence fits beside the domain', () => {
    expect(() => new Templates({ ...options, domain: 'd'.repeat(116) })).toThrow(/leaves no room in a text message$/);
  });
});

describe('a call', () => {
  test.each([
    ['en', 'Hello, this is Acme. Your code is: 0, 4, 2, 9, 1, 7. Again, your code is: 0, 4, 2, 9, 1, 7. It is valid for 40 minutes'],
    ['es', 'Hola, le llamamos de Acme. Su código es: 0, 4, 2, 9, 1, 7. Repetimos, su código es: 0, 4, 2, 9, 1, 7. Es válido durante 40'],
    ['fr', 'Bonjour, ici Acme. Votre code est : 0, 4, 2, 9, 1, 7. Je répète, votre code est : 0, 4, 2, 9, 1, 7. Il est valable 40'],
    ['de', 'Guten Tag, hier ist Acme. Ihr Code lautet: 0, 4, 2, 9, 1, 7. Ich wiederhole, Ihr Code lautet: 0, 4, 2, 9, 1, 7. Er gilt 40'],
  ])('in %s speaks the digits one by one, and twice', (language, beginning) => {
    const { text } = new Templates(options).render(message('voice', language));
    expect(text.startsWith(beginning)).toBe(true);
    expect(text).not.toMatch(/http|@/);
  });

  test('omits a validity that is no whole number of minutes', () => {
    const { text } = new Templates(options).render(message('voice', 'en', { validForMs: 90_000 }));
    expect(text).not.toContain('valid');
  });
});

describe('a folder of templates', () => {
  test('may have byte order marks and the line ends of Windows, which no message contains', () => {
    const folder = folderOf({
      'sms.en.text.liquid': '\uFEFF{{ code }} is your code.\r\n\r\n@{{ domain }} #{{ code }}\r\n',
      'email.en.subject.liquid': '\uFEFFYour code\r\n',
      'email.en.text.liquid': 'Hello,\rthe code is {{ code }}\r\n',
    });
    const templates = new Templates({ ...options, folder });
    const { code } = codeMessage;
    expect(templates.render(message('sms')).text).toBe(`${code} is your code.\n\n@acme.example #${code}`);
    expect(templates.render(message('email'))).toMatchObject({ subject: 'Your code', text: `Hello,\nthe code is ${code}` });
  });

  test('replaces its parts, and leaves the others', () => {
    const folder = folderOf({
      'sms.es.text.liquid': '{{ serviceName }}: {{ code }}\n\n@{{ domain }} #{{ code }}\n',
      'email.fr.subject.liquid': 'Bonjour de {{ serviceName }}\n',
      'voice.en.text.liquid': '{{ digits | join: ". " }}',
      'notes.txt': 'not a template',
    });
    const builtIn = new Templates(options);
    const templates = new Templates({ ...options, folder });
    expect(templates.render(message('sms', 'es')).text).toBe('Acme: 042917\n\n@acme.example #042917');
    expect(templates.render(message('voice')).text).toBe('0. 4. 2. 9. 1. 7');
    expect(templates.render(message('email', 'fr'))).toEqual({
      ...builtIn.render(message('email', 'fr')),
      subject: 'Bonjour de Acme',
    });
    expect(templates.render(message('sms', 'de'))).toEqual(builtIn.render(message('sms', 'de')));
    expect(templates.languages).toEqual(languages);
  });

  test('adds a language to a channel, and to no other', () => {
    const folder = folderOf({
      'sms.it.text.liquid': '{{ code }}: il suo codice.',
      'email.it.subject.liquid': 'Il suo codice',
      'email.it.text.liquid': '{{ code }}, {{ deviceType }}, {{ minutes }}, {{ expiresAt }}, {{ supportUrl }}',
    });
    const templates = new Templates({ ...options, folder });
    expect(templates.languages).toEqual([...languages, 'it']);
    expect(templates.render(message('sms', 'it-CH'))).toEqual({
      subject: null,
      text: '042917: il suo codice.',
      html: null,
      language: 'it',
    });
    expect(templates.render(message('email', 'it'))).toEqual({
      subject: 'Il suo codice',
      text: '042917, Phone, 40, 2026-01-01T00:40:00.000Z, https://acme.example/help',
      html: null,
      language: 'it',
    });
    expect(templates.render(message('voice', 'it'))).toMatchObject({ language: 'en' });
  });

  test('escapes values in HTML, and cleans texts that people typed', () => {
    const folder = folderOf({ 'email.en.html.liquid': '<p title="{{ deviceName }}">{{ code }}</p>' });
    const name = '"><script>alert(1)</script>\r\nwww.evil.example';
    const { html } = new Templates({ ...options, folder }).render(message('email', 'en', { device: { type: null, name } }));
    expect(html).toBe('<p title="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; www. evil. example">042917</p>');
  });

  test.each([
    ['sms.en.liquid', '{{ code }}', /is not named as a template is: email\.<language>\.subject\|text\|html\.liquid/],
    ['fax.en.text.liquid', '{{ code }}', /is not named as a template is/],
    ['sms.en.html.liquid', '{{ code }}', /is not named as a template is/],
    ['sms.en.text.liquid', '{% if %', /^sms\.en\.text\.liquid: /],
    ['sms.en.text.liquid', '{{ code }} {{ kode }}', /^sms\.en\.text\.liquid: .*kode/],
    ['sms.en.text.liquid', '{{ code | shout }}', /^sms\.en\.text\.liquid: .*shout/],
    ['sms.en.text.liquid', '{% include "other" %}{{ code }}', /^sms\.en\.text\.liquid: .*other/],
    ['sms.en.text.liquid', 'Your code', /^sms\.en\.text\.liquid: does not show the code$/],
    [
      'sms.en.text.liquid',
      `{{ code }} ${'ê'.repeat(195)}`,
      /^sms\.en\.text\.liquid: has characters outside of GSM 03\.38, so it takes 4 parts/,
    ],
    ['sms.en.text.liquid', `{{ code }} ${'x'.repeat(154)}`, /^sms\.en\.text\.liquid: takes 161 of 160 characters$/],
    ['email.en.html.liquid', '<p>Your code</p>', /^email\.en\.html\.liquid: does not show the code$/],
    ['email.en.subject.liquid', 'Your code {{ code }}', /^email\.en\.subject\.liquid: shows the code/],
    ['email.it.text.liquid', '{{ code }}', /^email\.it\.subject\.liquid is missing: it is not built in$/],
    ['email.it.subject.liquid', 'Codice', /^email\.it\.text\.liquid is missing: it is not built in$/],
    ['voice.en.text.liquid', '{% for i in (1..1000000000) %}x{% endfor %}{{ code }}', /^voice\.en\.text\.liquid: /],
  ])('stops the start when %s is %j', (name, text, expected) => {
    const folder = folderOf({ [name]: text });
    const error = (() => {
      try {
        return new Templates({ ...options, folder }) && null;
      } catch (caught) {
        return caught as Error;
      }
    })();
    expect(error?.message).toMatch(expected);
    expect(error?.message).not.toContain('\n');
  });

  test('that fails on a message is logged without the code, and the built-in template is sent', () => {
    const folder = folderOf({ 'sms.de.text.liquid': '{{ code }}: {{ deviceName }} {{ deviceName }} {{ deviceName }}' });
    const templates = new Templates({ ...options, folder });
    const long = message('sms', 'de', { device: { type: null, name: 'x'.repeat(60) } });
    problems.length = 0;
    expect(templates.render(long)).toEqual(new Templates(options).render(long));
    expect(problems).toEqual(['sms.de.text.liquid: takes 190 of 160 characters']);
  });
});

describe('a code that confirms a change', () => {
  const words = {
    en: /confirms (a|the) change/,
    es: /confirma (un|el) cambio/,
    fr: /confirme (une|la) modification/,
    de: /bestätigt (eine|die) Änderung/,
  };
  test.each(channels.flatMap((channel) => languages.map((language) => [channel, language] as const)))(
    'says so (%s, %s)',
    (channel, language) => {
      const templates = new Templates(options);
      const said = words[language as keyof typeof words];
      expect(templates.render(message(channel, language, { confirms: 'change' })).text).toMatch(said);
      expect(templates.render(message(channel, language)).text).not.toMatch(said);
    },
  );
});

test('every channel has a preview in every language, as it is sent', () => {
  const previews = new Templates(options).previews();
  const notices = Array.from({ length: 16 }, () => languages.map((language) => `email ${language}`)).flat();
  expect(previews.map(({ channel, language }) => `${channel} ${language}`)).toEqual([
    ...channels.flatMap((channel) => languages.flatMap((language) => [`${channel} ${language}`, `${channel} ${language}`])),
    ...notices,
  ]);
  expect(new Set(previews.map(({ text }) => text)).size).toBe(previews.length);
  for (const { channel, text, septets } of previews) expect(septets).toBe(channel === 'sms' ? gsm7Length(text) : null);
});
