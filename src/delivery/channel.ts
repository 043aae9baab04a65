/** A channel: one way in which messages reach a person. */
import type { CodeMessage, RenderedMessage } from './message.ts';

export type Part = 'subject' | 'text' | 'html';

export interface TemplateValues {
  readonly serviceName: string;
  /** Where people get help; null leaves the sentence out. */
  readonly supportUrl: string | null;
  /** The host of the site on which people enter codes. */
  readonly domain: string;
}

export interface ChannelDefinition {
  /** The name for people: `Text message`. */
  readonly title: string;
  /** The personal detail that holds the address to send to: `email`, `phone`. */
  readonly detail: string;
  /** The limits that messages over this channel draw on: per email address, or per telephone number and country. */
  readonly limits: 'address' | 'number';
  readonly parts: readonly Part[];
  /** The languages of the built-in templates, `en` among them. */
  readonly languages: readonly string[];
  /** The built-in message with a code, in one of these languages. */
  readonly render: (message: CodeMessage, language: string, values: TemplateValues) => Omit<RenderedMessage, 'language'>;
  /** @returns the reason why a rendered text can't be sent; null if it can. Absent if every text can be sent */
  readonly objection?: (text: string) => string | null;
  /** The length of a text, in the units of the channel's limit. Absent on channels without such a limit. */
  readonly length?: (text: string) => number | null;
}
