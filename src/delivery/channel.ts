/** A channel: one way in which messages reach a person. */
import type { CodeMessage, RenderedMessage } from './message.ts';

/** A part of a message. */
export type Part = 'subject' | 'text' | 'html';

export interface TemplateValues {
  readonly serviceName: string;
  /** Where people get help; null leaves the sentence out. */
  readonly supportUrl: string | null;
  /** The host that codes are to be entered at. */
  readonly domain: string;
}

export interface ChannelDefinition {
  /** The name for people: `Text message`. */
  readonly title: string;
  /** The personal detail that holds the address to send to: `email`, `phone`. */
  readonly detail: string;
  /** The limits that its messages draw on: those of an email address, or those of a telephone number and its country. */
  readonly limits: 'address' | 'number';
  /** The parts of a message. */
  readonly parts: readonly Part[];
  /** The languages of the built-in templates, `en` among them. */
  readonly languages: readonly string[];
  /** The built-in message with a code, in one of these languages. */
  readonly render: (message: CodeMessage, language: string, values: TemplateValues) => Omit<RenderedMessage, 'language'>;
  /** @returns why a rendered text can't be sent; null where it can. Absent where every text can */
  readonly objection?: (text: string) => string | null;
  /** How much of one message a text takes, of the most that fits; absent where that means nothing. */
  readonly length?: (text: string) => number | null;
}
