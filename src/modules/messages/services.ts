/** The services of messages for other modules. */
import type { Provider } from '../../delivery/message.ts';
import type { MessageBudget } from '../../delivery/message-budget.ts';
import type { Templates } from '../../delivery/templates.ts';
import type { ReadNumber } from '../../resolvers/phone.ts';
import { type ReportReader, ServiceKey } from '../host.ts';

export interface MessageServices {
  /** The provider of a channel; null without one. */
  providerFor(channel: string): Provider | null;
  /** @throws ChannelUnavailable where nothing sends over the channel */
  need(channel: string): void;
  readonly templates: Templates;
  /** The limits on messages, over all sessions. */
  readonly budget: MessageBudget;
  /** Reads a telephone number of a country that is served. */
  readonly readNumber: ReadNumber;
  /** Equal for two spellings of an address or a number. */
  recipient(to: string): string;
  /** By provider. */
  readonly reportReaders: Readonly<Record<string, ReportReader>>;
  /** Opens the providers of all modules. Nothing is sent before. */
  connect(): Promise<void>;
  /** Takes no more messages, and resolves when those under way have ended. */
  close(): Promise<void>;
}

export const messageKey = new ServiceKey<MessageServices>('messages');
