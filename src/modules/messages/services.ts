/** The services of messages for other modules. */
import type { Provider } from '../../delivery/message.ts';
import type { MessageBudget } from '../../delivery/message-budget.ts';
import type { Templates } from '../../delivery/templates.ts';
import type { Caller } from '../../engine/ports.ts';
import type { ReportReader } from '../../http/sessions/delivery-reports.ts';
import type { ReadNumber } from '../../resolvers/phone.ts';
import { ServiceKey } from '../host.ts';

export interface MessageServices {
  /** The provider of a channel; null without one. */
  providerFor(channel: string): Provider | null;
  /** @throws ChannelUnavailable if no provider sends over the channel */
  need(channel: string): void;
  readonly templates: Templates;
  /** The limits on messages, over all sessions. */
  readonly budget: MessageBudget;
  /** Counts a rejected request for its client: its number, address or password was refused. */
  countRejected(caller: Caller): Promise<void>;
  /** Reads a telephone number. Refuses countries that are not served. */
  readonly readNumber: ReadNumber;
  /** The normalised form of an address or a number: equal for all its spellings. */
  recipient(to: string): string;
  /** The readers of reports, by provider. */
  readonly reportReaders: Readonly<Record<string, ReportReader>>;
  /** Opens the providers of all modules. No message can be sent before. */
  connect(): Promise<void>;
  /** Accepts no more messages, and resolves when those under way have ended. */
  close(): Promise<void>;
}

export const messageKey = new ServiceKey<MessageServices>('messages');
