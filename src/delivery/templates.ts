/** What codes look like on every channel, and notices as emails, in every language. */
import type { ChannelDefinition, Part, TemplateValues } from './channel.ts';
import { renderNotice } from './email-template.ts';
import type { CodeMessage, Message, RenderedMessage } from './message.ts';
import type { Notice } from './notice-text.ts';
import { readTemplateOverrides, type TemplateOverrides } from './template-overrides.ts';
import { languageOf } from './template-text.ts';

export interface TemplateOptions extends TemplateValues {
  /** Every channel, by name. */
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  /** Every notice, by name. */
  readonly notices: Readonly<Record<string, Notice>>;
  /** A folder with templates that replace the built-in ones; null for none. */
  readonly folder: string | null;
  /** Hears of a template of the folder's that failed on a message; the built-in one was used. */
  readonly onProblem: (problem: string) => void;
}

export interface TemplatePreview extends RenderedMessage {
  readonly channel: string;
  /** How much of one text message it takes; null on other channels, and where it does not fit the alphabet. */
  readonly septets: number | null;
}

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
    this.#overrides = options.folder === null ? new Map() : readTemplateOverrides(options.folder, options.channels);
    for (const channel of this.#channels) {
      for (const language of this.#languagesOf(channel)) for (const sample of samples(channel, language)) this.#rendered(sample, language);
    }
  }

  /** Those that at least one channel has. */
  get languages(): readonly string[] {
    return [...new Set(this.#channels.flatMap((channel) => this.#languagesOf(channel)))];
  }

  get #channels(): readonly string[] {
    return Object.keys(this.#options.channels);
  }

  /** The same message gives the same words at any time: an attempt can be repeated without a trace. */
  render(message: Message): RenderedMessage {
    const wanted = languageOf(message.locale);
    if (message.kind === 'notice') return renderNotice(message, wanted ?? usualLanguage, this.#noticeNamed(message.notice), this.#options);
    const languages = this.#languagesOf(message.channel);
    const language = wanted !== null && languages.includes(wanted) ? wanted : usualLanguage;
    try {
      return this.#rendered(message, language);
    } catch (error) {
      this.#options.onProblem(error instanceof Error ? error.message : String(error));
      return this.#builtIn(message, this.#channelNamed(message.channel).languages.includes(language) ? language : usualLanguage);
    }
  }

  /** Every template, with made-up values. */
  previews(): TemplatePreview[] {
    return [...this.#codePreviews(), ...this.#noticePreviews()];
  }

  #codePreviews(): TemplatePreview[] {
    return this.#channels.flatMap((channel) =>
      this.#languagesOf(channel).flatMap((language) =>
        samples(channel, language)
          .slice(0, 2)
          .map((sample) => {
            const rendered = this.#rendered(sample, language);
            return { ...rendered, channel, septets: this.#channelNamed(channel).length?.(rendered.text) ?? null };
          }),
      ),
    );
  }

  #noticePreviews(): TemplatePreview[] {
    return Object.entries(this.#options.notices).flatMap(([notice, { texts }]) =>
      Object.entries(texts).map(([locale, { link: introduction }]) => {
        const byAgent = notice.startsWith('support') ? { agent: 'Sam', reason: 'Missing messages' } : { agent: null, reason: null };
        const at = Date.UTC(2026, 0, 1, 14, 40);
        const link = introduction === undefined ? null : 'https://example.com/unlock?token=…';
        const sample = {
          ...unsent,
          ...byAgent,
          kind: 'notice' as const,
          channel: 'email',
          locale,
          code: null,
          notice,
          details: sampleDetails,
          instead: null,
          at,
          link,
        };
        return { ...this.render(sample), channel: sample.channel, septets: null };
      }),
    );
  }

  #languagesOf(channel: string): readonly string[] {
    return [...new Set([...this.#channelNamed(channel).languages, ...(this.#overrides.get(channel)?.keys() ?? [])])];
  }

  #channelNamed(name: string): ChannelDefinition {
    const channel = this.#options.channels[name];
    if (!channel) throw new Error(`No module brings the channel '${name}'`);
    return channel;
  }

  #noticeNamed(name: string): Notice {
    const notice = this.#options.notices[name];
    if (!notice) throw new Error(`No module brings the notice '${name}'`);
    return notice;
  }

  /** @throws Error for a template that can't be used */
  #rendered(message: CodeMessage, language: string): RenderedMessage {
    const { channel } = message;
    const definition = this.#channelNamed(channel);
    const overrides = this.#overrides.get(channel)?.get(language);
    const builtIn = definition.languages.includes(language) ? this.#builtIn(message, language) : null;
    if (!overrides) return builtIn ?? this.#builtIn(message, usualLanguage);
    const part = (name: Part) => overrides.get(name)?.(message, this.#options) ?? builtIn?.[name] ?? null;
    const text = part('text');
    const subject = part('subject');
    if (text === null || (subject === null && definition.parts.includes('subject')))
      throw new Error(`${channel}.${language}.${text === null ? 'text' : 'subject'}.liquid is missing: ${language} is not built in`);
    const rendered = { subject, text, html: part('html'), language };
    for (const name of overrides.keys())
      check(`${channel}.${language}.${name}.liquid`, message, { part: name, shown: rendered[name] ?? '' }, definition);
    return rendered;
  }

  #builtIn(message: CodeMessage, language: string): RenderedMessage {
    return { ...this.#channelNamed(message.channel).render(message, language, this.#options), language };
  }
}

/** What no template may do, whoever wrote it. */
function check(
  name: string,
  { code }: CodeMessage,
  { part, shown }: { readonly part: Part; readonly shown: string },
  { objection }: ChannelDefinition,
): void {
  // Spoken, it is one digit at a time.
  if (part !== 'subject' && !shown.replaceAll(/[\s,.]/g, '').includes(code)) throw new Error(`${name}: does not show the code`);
  if (part === 'subject' && shown.includes(code)) throw new Error(`${name}: shows the code, which lock screens then do too`);
  const found = objection?.(shown) ?? null;
  if (found !== null) throw new Error(`${name}: ${found}`);
}

/** Made-up details of a person, for the preview of any notice. */
const sampleDetails = new Proxy({}, { get: (_, detail) => `(${String(detail)})` });

/** What samples have in common. */
const unsent = { sessionId: '', workflow: '', key: '', to: '', device: { type: 'Tablet', name: 'Kitchen tablet' } };

/** With all that a message can hold, and with as little. */
function samples(channel: string, language: string): CodeMessage[] {
  const full: CodeMessage = {
    ...unsent,
    kind: 'code',
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
