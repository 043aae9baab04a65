/** Renders codes and notices for every channel, in every language. */
import type { Figures } from '../../machines/figures.ts';
import { knownLanguage } from '../common/language-tags.ts';
import type { ChannelDefinition, Part, TemplateValues } from './channel.ts';
import { renderNotice } from './email-template.ts';
import type { CodeMessage, Message, NoticeMessage, RenderedMessage } from './message.ts';
import { channelsOf, type Notice, shortTexts } from './notice-text.ts';
import { saying, shortened } from './notice-words.ts';
import { noOverrides, type PartTemplate, readTemplateOverrides, type TemplateOverrides } from './template-overrides.ts';

export interface TemplateOptions extends TemplateValues {
  /** Every channel, by name. */
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  /** Every notice, by name. */
  readonly notices: Readonly<Record<string, Notice>>;
  /** The names of the personal details that templates of notices may show. */
  readonly details: readonly string[];
  /** The figures of the deployment, which notices may state; absent for none. */
  readonly figures?: Figures;
  /** The folder of templates that replace the built-in ones; null for none. */
  readonly folder: string | null;
  /** Called when a template of the folder fails on a message. The built-in template then renders the message. */
  readonly onProblem: (problem: string) => void;
}

export interface TemplatePreview extends RenderedMessage {
  readonly channel: string;
  /** The septets of a text message; null on other channels, and for a text outside the alphabet. */
  readonly septets: number | null;
}

/** For a person whose language has no template. */
const usualLanguage = 'en';

/** The channel whose notices have a subject and a layout. */
const noticeChannel = 'email';

/** The characters of a detail in a text message that would be too long: a first name or a place. */
const shortDetailLength = 20;

export class Templates {
  readonly #options: TemplateOptions;
  readonly #overrides: TemplateOverrides;

  /**
   * Renders every template once, so that a broken template stops the start.
   * @throws Error in one line, for an unusable folder or domain
   */
  constructor(options: TemplateOptions) {
    this.#options = options;
    const { folder, channels, notices, details } = options;
    this.#overrides = folder === null ? noOverrides : readTemplateOverrides(folder, { channels, notices: Object.keys(notices), details });
    for (const channel of this.#channels) {
      for (const language of this.#languagesOf(channel)) for (const sample of samples(channel, language)) this.#rendered(sample, language);
    }
    for (const [notice, languages] of this.#overrides.notices)
      for (const language of languages.keys()) this.#renderedNotice(this.#noticeSample(notice, language), language);
  }

  /** The languages of at least one channel. */
  get languages(): readonly string[] {
    const ofNotices = [...this.#overrides.notices.values()].flatMap((languages) => [...languages.keys()]);
    return [...new Set([...this.#channels.flatMap((channel) => this.#languagesOf(channel)), ...ofNotices])];
  }

  get #channels(): readonly string[] {
    return Object.keys(this.#options.channels);
  }

  /** The same message always gives the same text, so that a repeated attempt sends the same text. */
  render(message: Message): RenderedMessage {
    const languages =
      message.kind === 'notice' ? this.#languagesOfNotice(message.notice, message.channel) : this.#languagesOf(message.channel);
    const language = knownLanguage(message.locale, languages) ?? usualLanguage;
    try {
      return message.kind === 'notice' ? this.#renderedNotice(message, language) : this.#rendered(message, language);
    } catch (error) {
      this.#options.onProblem(error instanceof Error ? error.message : String(error));
      if (message.kind === 'notice' && message.channel !== noticeChannel) throw error;
      if (message.kind === 'notice') return renderNotice(message, language, this.#noticeNamed(message.notice), this.#options);
      return this.#builtIn(message, this.#channelNamed(message.channel).languages.includes(language) ? language : usualLanguage);
    }
  }

  /** Every template, rendered with sample values. */
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
    return Object.entries(this.#options.notices).flatMap(([notice, known]) =>
      channelsOf(known).flatMap((channel) =>
        this.#languagesOfNotice(notice, channel).map((language) => {
          const rendered = this.#renderedNotice({ ...this.#noticeSample(notice, language), channel }, language);
          return { ...rendered, channel, septets: this.#channelNamed(channel).length?.(rendered.text) ?? null };
        }),
      ),
    );
  }

  #noticeSample(notice: string, locale: string): NoticeMessage {
    const hasLink = Object.values(this.#noticeNamed(notice).texts ?? {}).some((text) => text.link !== undefined);
    const byAgent = notice.startsWith('support') ? { agent: 'Sam', reason: 'Missing messages' } : { agent: null, reason: null };
    const at = Date.UTC(2026, 0, 1, 14, 40);
    const link = hasLink ? 'https://example.com/unlock?token=…' : null;
    const about = { notice, details: sampleDetails, deadlines: sampleDeadlines, instead: null, at, link };
    return { ...unsent, ...byAgent, ...about, kind: 'notice', channel: 'email', locale, code: null };
  }

  #languagesOfNotice(notice: string, channel: string): readonly string[] {
    const known = this.#noticeNamed(notice);
    if (channel !== noticeChannel) return Object.keys(shortTexts(known, channel) ?? {});
    return [...new Set([...Object.keys(known.texts ?? {}), ...(this.#overrides.notices.get(notice)?.keys() ?? [])])];
  }

  /** @throws Error for an unusable template */
  #renderedNotice(message: NoticeMessage, language: string): RenderedMessage {
    const { notice, link, channel } = message;
    const known = this.#noticeNamed(notice);
    if (channel !== noticeChannel) return this.#shortNotice(message, language, known);
    const overrides = this.#overrides.notices.get(notice)?.get(language);
    const builtIn = Object.hasOwn(known.texts ?? {}, language) ? renderNotice(message, language, known, this.#options) : null;
    if (!overrides) return builtIn ?? renderNotice(message, usualLanguage, known, this.#options);
    const rendered = this.#withOverrides(message, language, {
      name: `email.${language}.${notice}`,
      builtIn,
      overrides,
      needsSubject: true,
    });
    for (const part of overrides.keys())
      if (part !== 'subject' && link !== null && !showsLink(rendered[part] ?? '', link))
        throw new Error(`email.${language}.${notice}.${part}.liquid: does not show the link`);
    return rendered;
  }

  /** A text that is too long for its channel is said again with short details. */
  #shortNotice(message: NoticeMessage, language: string, notice: Notice): RenderedMessage {
    const { serviceName, figures = {} } = this.#options;
    const words = shortTexts(notice, message.channel)?.[language];
    if (words === undefined) throw new Error(`The notice '${message.notice}' has no text for ${message.channel}`);
    const say = (details: NoticeMessage['details']) =>
      `${saying({ ...message, details }, language, { serviceName, figures })(words)}${message.link === null ? '' : ` ${message.link}`}`;
    const text = say(message.details);
    const isTooLong = (this.#channelNamed(message.channel).objection?.(text) ?? null) !== null;
    return { subject: null, text: isTooLong ? say(shortened(message.details, shortDetailLength)) : text, html: null, language };
  }

  #languagesOf(channel: string): readonly string[] {
    return [...new Set([...this.#channelNamed(channel).languages, ...(this.#overrides.codes.get(channel)?.keys() ?? [])])];
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

  /** @throws Error for an unusable template */
  #rendered(message: CodeMessage, language: string): RenderedMessage {
    const { channel } = message;
    const definition = this.#channelNamed(channel);
    const overrides = this.#overrides.codes.get(channel)?.get(language);
    const builtIn = definition.languages.includes(language) ? this.#builtIn(message, language) : null;
    if (!overrides) return builtIn ?? this.#builtIn(message, usualLanguage);
    const needsSubject = definition.parts.includes('subject');
    const rendered = this.#withOverrides(message, language, { name: `${channel}.${language}`, builtIn, overrides, needsSubject });
    for (const name of overrides.keys())
      check(`${channel}.${language}.${name}.liquid`, message, { part: name, shown: rendered[name] ?? '' }, definition);
    return rendered;
  }

  /** @throws Error if a template fails, or if neither a template nor a built-in text gives a part */
  #withOverrides(message: Message, language: string, { name, builtIn, overrides, needsSubject }: Overridden): RenderedMessage {
    const part = (of: Part) => overrides.get(of)?.(message, language, this.#options) ?? builtIn?.[of] ?? null;
    const text = part('text');
    const subject = part('subject');
    if (text === null || (subject === null && needsSubject))
      throw new Error(`${name}.${text === null ? 'text' : 'subject'}.liquid is missing: ${language} is not built in`);
    return { subject, text, html: part('html'), language };
  }

  #builtIn(message: CodeMessage, language: string): RenderedMessage {
    return { ...this.#channelNamed(message.channel).render(message, language, this.#options), language };
  }
}

/** A built-in message, and the templates that replace parts of it. */
interface Overridden {
  /** The start of the names of the files. */
  readonly name: string;
  readonly builtIn: RenderedMessage | null;
  readonly overrides: ReadonlyMap<Part, PartTemplate>;
  readonly needsSubject: boolean;
}

/** True if a text or an HTML document shows the link. HTML writes some characters of a link as references. */
function showsLink(shown: string, link: string): boolean {
  return shown.replaceAll('&amp;', '&').replaceAll('&#x2F;', '/').includes(link);
}

/** @throws Error for a template that hides the code, shows it in the subject, or breaks a rule of its channel */
function check(
  name: string,
  { code }: CodeMessage,
  { part, shown }: { readonly part: Part; readonly shown: string },
  { objection }: ChannelDefinition,
): void {
  // A voice template may separate the digits, so that a voice speaks one at a time.
  if (part !== 'subject' && !shown.replaceAll(/[\s,.]/g, '').includes(code)) throw new Error(`${name}: does not show the code`);
  if (part === 'subject' && shown.includes(code)) throw new Error(`${name}: shows the code, and lock screens show subjects`);
  const found = objection?.(shown) ?? null;
  if (found !== null) throw new Error(`${name}: ${found}`);
}

/** Sample details for the preview of any notice: each detail is its own name in brackets. */
const sampleDetails = new Proxy({}, { get: (_, detail) => `(${String(detail)})` });

/** Sample deadlines for the preview of any notice: each is a quarter of an hour after the event. */
const sampleDeadlines = new Proxy({}, { get: () => Date.UTC(2026, 0, 1, 14, 55) });

/** The fields that all samples share. */
const unsent = { sessionId: '', workflow: '', key: '', to: '', device: { type: 'Tablet', name: 'Kitchen tablet' } };

/** Samples with every optional field, for a change of an account, and without optional fields. */
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
