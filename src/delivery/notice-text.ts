/** Notices: messages that tell a person about an event and carry no code. */
import type { Figures } from '../../machines/figures.ts';
import type { TextsBy } from '../../machines/names.ts';
import type { Channel } from '../../machines/workflow.ts';

/** Personal details of the session that the notice is about, by name. */
export type NoticeDetails<Detail extends string = string> = TextsBy<Detail>;

/** The facts that a text can state, besides the details. */
export interface NoticeFacts {
  /** The time of the event, in milliseconds since the epoch. */
  readonly at: number;
  /** The times of the session's pending timers, by the name of their delay, in milliseconds since the epoch. */
  readonly deadlines: Readonly<Record<string, number>>;
  /** The figures of the deployment. */
  readonly figures: Figures;
  /** The language of the text, as a BCP 47 tag. */
  readonly language: string;
  /** A time in words, such as `5 May 2026, 14:05 UTC`; a dash for a deadline that is not pending. */
  readonly time: (at: number | undefined) => string;
  /** A duration in words, such as `5 minutes`. */
  readonly duration: (ms: number | undefined) => string;
}

/** A text, or a function that makes it for one message. */
export type NoticeWords<Detail extends string = string> =
  | string
  | ((serviceName: string, details: NoticeDetails<Detail>, facts: NoticeFacts) => string);

/** The texts of an email in one language. */
export interface NoticeText<Detail extends string = string> {
  readonly subject: NoticeWords<Detail>;
  /** The sentence that describes the event. */
  readonly event: NoticeWords<Detail>;
  /** Advice to the reader, one paragraph per entry. */
  readonly advice: readonly NoticeWords<Detail>[];
  /** Introduces the link to a page on which the person can react; absent in notices without one. */
  readonly link?: string;
}

/** Texts by BCP 47 language. English is always present. */
type ByLanguage<Text> = { readonly en: Text } & Readonly<Record<string, Text>>;

/** The texts of a notice by channel and language. A notice is sent only on channels for which it has texts. */
export interface Notice<Detail extends string = string> {
  /** The emails. */
  readonly texts?: ByLanguage<NoticeText<Detail>>;
  /** The text messages. One of up to 160 characters of the GSM alphabet costs one message. */
  readonly sms?: ByLanguage<NoticeWords<Detail>>;
  /** The spoken texts of calls. */
  readonly voice?: ByLanguage<NoticeWords<Detail>>;
  /** The texts of channels that modules bring, by the name of the channel. */
  readonly channels?: Readonly<Record<Channel, ByLanguage<NoticeWords<Detail>>>>;
  /**
   * Marks a notice that strangers can cause as often as they like. Its recipient then gets one an hour, and the others are dropped. Every
   * other notice may be late, but is never dropped.
   */
  readonly ofAttack?: true;
}

/** The short texts of a notice on a channel other than email; undefined if the notice has none. */
export function shortTexts({ sms, voice, channels = {} }: Notice, channel: Channel): Readonly<Record<string, NoticeWords>> | undefined {
  if (channel === 'sms') return sms;
  if (channel === 'voice') return voice;
  return Object.hasOwn(channels, channel) ? channels[channel] : undefined;
}

/** The channels for which a notice has texts. */
export function channelsOf({ texts, sms, voice, channels = {} }: Notice): readonly Channel[] {
  return [...(texts ? ['email'] : []), ...(sms ? ['sms'] : []), ...(voice ? ['voice'] : []), ...Object.keys(channels)];
}

/** The languages in which a notice has texts for at least one channel. */
export function languagesOf({ texts, sms, voice, channels = {} }: Notice): readonly string[] {
  return [texts, sms, voice, ...Object.values(channels)].flatMap((byLanguage) => Object.keys(byLanguage ?? {}));
}

/** Builds notices from texts that are grouped by language. */
export function noticesOf<Name extends string>(
  texts: { readonly en: Readonly<Record<Name, NoticeText>> } & Readonly<Record<string, Readonly<Record<Name, NoticeText>>>>,
  options?: { readonly ofAttack?: readonly NoInfer<Name>[] },
): Readonly<Record<Name, Notice>>;
export function noticesOf(
  texts: Readonly<Record<string, Readonly<Record<string, NoticeText>>>>,
  { ofAttack = [] }: { readonly ofAttack?: readonly string[] } = {},
): Readonly<Record<string, unknown>> {
  const names = Object.keys(texts['en'] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        texts: Object.fromEntries(Object.entries(texts).map(([language, all]) => [language, all[name]])),
        ...(ofAttack.includes(name) ? { ofAttack: true } : {}),
      },
    ]),
  );
}
