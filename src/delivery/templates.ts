/** What codes look like on every channel, and notices as emails, in every language. */
import { emailLanguages, renderEmail, renderNotice } from './email-template.ts';
import { gsm7Length, segmentSeptets } from './gsm7.ts';
import { type Channel, type CodeMessage, channels, type Message, type NoticeKind, type RenderedMessage } from './message.ts';
import { renderSms, smsLanguages } from './sms-template.ts';
import {
  noOverrides,
  type Part,
  partsOf,
  readTemplateOverrides,
  type TemplateOverrides,
  type TemplateValues,
} from './template-overrides.ts';
import { languageOf } from './template-text.ts';
import { renderVoice, voiceLanguages } from './voice-template.ts';

export interface TemplateOptions extends TemplateValues {
  /** A folder with templates that replace the built-in ones; null for none. */
  readonly folder: string | null;
  /** Hears of a template of the folder's that failed on a message; the built-in one was used. */
  readonly onProblem: (problem: string) => void;
}

export interface TemplatePreview extends RenderedMessage {
  readonly channel: Channel;
  /** How much of one text message it takes; null on other channels, and where it does not fit the alphabet. */
  readonly septets: number | null;
}

const builtInLanguages: Readonly<Record<Channel, readonly string[]>> = {
  email: emailLanguages,
  sms: smsLanguages,
  voice: voiceLanguages,
};

/** For a person whose language there is none in. */
const usualLanguage = 'en';

export class Templates {
  readonly #options: TemplateOptions;
  readonly #overrides: TemplateOverrides;

  /**
   * Tries every template once.
   * @throws Error in one line, for a folder or a domain that can't be used
   */
  constructor(options: TemplateOptions) {
    this.#options = options;
    this.#overrides = options.folder === null ? noOverrides : readTemplateOverrides(options.folder);
    for (const channel of channels) {
      for (const language of this.#languagesOf(channel)) for (const sample of samples(channel, language)) this.#rendered(sample, language);
    }
  }

  /** Those that at least one channel has. */
  get languages(): readonly string[] {
    return [...new Set(channels.flatMap((channel) => this.#languagesOf(channel)))];
  }

  /** The same message gives the same words at any time: an attempt can be repeated without a trace. */
  render(message: Message): RenderedMessage {
    const wanted = languageOf(message.locale);
    if (message.notice !== null) {
      const language = wanted !== null && emailLanguages.includes(wanted) ? wanted : usualLanguage;
      return { ...renderNotice(message, language, this.#options), language };
    }
    const languages = this.#languagesOf(message.channel);
    const language = wanted !== null && languages.includes(wanted) ? wanted : usualLanguage;
    try {
      return this.#rendered(message, language);
    } catch (error) {
      this.#options.onProblem(error instanceof Error ? error.message : String(error));
      return this.#builtIn(message, builtInLanguages[message.channel].includes(language) ? language : usualLanguage);
    }
  }

  /** Every template, with made-up values. */
  previews(): TemplatePreview[] {
    return [...this.#codePreviews(), ...this.#noticePreviews()];
  }

  #codePreviews(): TemplatePreview[] {
    return channels.flatMap((channel) =>
      this.#languagesOf(channel).flatMap((language) =>
        samples(channel, language)
          .slice(0, 2)
          .map((sample) => {
            const rendered = this.#rendered(sample, language);
            return { ...rendered, channel, septets: channel === 'sms' ? gsm7Length(rendered.text) : null };
          }),
      ),
    );
  }

  #noticePreviews(): TemplatePreview[] {
    return emailLanguages.flatMap((locale) =>
      noticeKinds.map((notice) => {
        const byAgent = notice.startsWith('support') ? { agent: 'Sam', reason: 'Missing messages' } : { agent: null, reason: null };
        const at = Date.UTC(2026, 0, 1, 14, 40);
        const link = notice === 'password-locked' ? 'https://example.com/unlock?token=…' : null;
        const sample = { ...unsent, ...byAgent, channel: 'email' as const, locale, code: null, notice, instead: null, at, link };
        return { ...this.render(sample), channel: sample.channel, septets: null };
      }),
    );
  }

  #languagesOf(channel: Channel): readonly string[] {
    return [...new Set([...builtInLanguages[channel], ...this.#overrides[channel].keys()])];
  }

  /** @throws Error for a template that can't be used */
  #rendered(message: CodeMessage, language: string): RenderedMessage {
    const { channel } = message;
    const overrides = this.#overrides[channel].get(language);
    const builtIn = builtInLanguages[channel].includes(language) ? this.#builtIn(message, language) : null;
    if (!overrides) return builtIn ?? this.#builtIn(message, usualLanguage);
    const part = (name: Part) => overrides.get(name)?.(message, this.#options) ?? builtIn?.[name] ?? null;
    const text = part('text');
    const subject = part('subject');
    if (text === null || (subject === null && partsOf[channel].includes('subject')))
      throw new Error(`${channel}.${language}.${text === null ? 'text' : 'subject'}.liquid is missing: ${language} is not built in`);
    const rendered = { subject, text, html: part('html'), language };
    for (const name of overrides.keys()) check(`${channel}.${language}.${name}.liquid`, message, name, rendered[name] ?? '');
    return rendered;
  }

  #builtIn(message: CodeMessage, language: string): RenderedMessage {
    switch (message.channel) {
      case 'email':
        return { ...renderEmail(message, language, this.#options), language };
      case 'sms':
        return { subject: null, text: renderSms(message, language, this.#options), html: null, language };
      case 'voice':
        return { subject: null, text: renderVoice(message, language, this.#options), html: null, language };
      default:
        return message.channel satisfies never;
    }
  }
}

/** What no template may do, whoever wrote it. */
function check(name: string, { channel, code }: CodeMessage, part: Part, shown: string): void {
  // Spoken, it is one digit at a time.
  if (part !== 'subject' && !shown.replaceAll(/[\s,.]/g, '').includes(code)) throw new Error(`${name}: does not show the code`);
  if (part === 'subject' && shown.includes(code)) throw new Error(`${name}: shows the code, which lock screens then do too`);
  if (channel !== 'sms') return;
  const septets = gsm7Length(shown);
  if (septets === null) throw new Error(`${name}: has characters that the alphabet of text messages (GSM 03.38) lacks`);
  if (septets > segmentSeptets) throw new Error(`${name}: takes ${septets} of ${segmentSeptets} characters`);
}

const noticeKinds: readonly NoticeKind[] = [
  'new-device',
  'wrong-code',
  'codes-blocked',
  'password-locked',
  'account-exists',
  'email-changed',
  'phone-changed',
  'password-changed',
  'link-removed',
  'support-requested',
  'support-granted',
  'support-ended',
];

/** What samples have in common. */
const unsent = { sessionId: '', workflow: '', key: '', to: '', device: { type: 'Tablet', name: 'Kitchen tablet' } };

/** With all that a message can hold, and with as little. */
function samples(channel: Channel, language: string): CodeMessage[] {
  const full: CodeMessage = {
    ...unsent,
    notice: null,
    codeNumber: 1,
    sendNumber: 1,
    channel,
    code: '042917',
    confirms: null,
    expiresAt: Date.UTC(2026, 0, 1, 14, 40),
    validForMs: 40 * 60_000,
    locale: language,
  };
  return [full, { ...full, confirms: 'change' }, { ...full, validForMs: null, device: { type: null, name: null } }];
}
