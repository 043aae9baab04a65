/**
 * Delivers messages in the sandbox: to the inbox, and also to the configured provider if there is one. Callers
 * can arrange the outcomes of the next deliveries.
 */

/** The fields of a message that the inbox stores. The message types of `src/delivery` satisfy it. */
export interface Message {
  readonly key: string;
  readonly sessionId: string;
  readonly channel: string;
  readonly to: string;
  /** Null in a message without a code. */
  readonly code: string | null;
  /** The subject matter of a notice; null in a message with a code. */
  readonly notice: string | null;
  /** The code message that a notice replaces; null if it replaces none. */
  readonly instead?: object | null;
}

export interface Rendered {
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
}

export type Result =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'rejected'; readonly reason: string }
  | { readonly outcome: 'unavailable'; readonly sent: 'no' | 'unknown'; readonly reason: string; readonly retryAfterMs?: number };

export interface MessageProvider<M, R> {
  readonly name: string;
  send(message: M, rendered: R, signal: AbortSignal): Promise<Result>;
  close(): Promise<void>;
}

export interface InboxMessage extends Omit<Message, 'instead'>, Rendered {
  readonly id: string;
  /** The normalised address. Look-ups use it. */
  readonly recipient: string;
  readonly sentAt: number;
}

export interface InboxRecords {
  /** Stores a message. An existing message with the same key stays unchanged. */
  addMessage(message: InboxMessage): Promise<void>;
  /** Consumes one arranged outcome. */
  takeOutcome(channel: string, recipient: string): Promise<{ outcome: 'succeed' | 'fail' | 'delay'; delayMs: number | null }>;
}

export interface InboxDeps<M, R> {
  readonly records: InboxRecords;
  readonly now: () => number;
  /** Normalises an address for look-ups. */
  readonly recipient: (to: string) => string;
  readonly newId: () => string;
  /** The configured provider; null if messages go to the inbox alone. */
  readonly provider: MessageProvider<M, R> | null;
}

/** Default delay until a delayed delivery is confirmed, in milliseconds after the attempt. Longer than any request waits. */
const usualDelayMs = 10_000;

const usualOutcome = { outcome: 'succeed', delayMs: null } as const;

/**
 * A delayed delivery appears in the inbox at once, but only the next attempt confirms it, as with a provider whose
 * answer was lost. The code can be entered while the session is still sending it.
 */
export function inboxProvider<M extends Message, R extends Rendered>({
  records,
  now,
  recipient,
  newId,
  provider,
}: InboxDeps<M, R>): MessageProvider<M, R> {
  return {
    name: provider === null ? 'sandbox inbox' : `${provider.name} and the sandbox inbox`,
    async send(message, rendered, signal) {
      // Outcomes are arranged for codes and for notices that replace them. Other notices consume none.
      const isForCode = message.notice === null || (message.instead ?? null) !== null;
      const arranged = isForCode ? await records.takeOutcome(message.channel, recipient(message.to)) : usualOutcome;
      const { outcome, delayMs } = arranged;
      if (outcome === 'fail') return { outcome: 'rejected', reason: 'the sandbox was told to fail' };
      const result: Result = provider === null ? { outcome: 'accepted' } : await provider.send(message, rendered, signal);
      if (result.outcome !== 'accepted') return result;
      const { key, sessionId, channel, to, code, notice } = message;
      const { subject, text, html } = rendered;
      await records.addMessage({
        id: newId(),
        key,
        sessionId,
        channel,
        to,
        recipient: recipient(to),
        code,
        notice,
        subject,
        text,
        html,
        sentAt: now(),
      });
      return outcome === 'delay'
        ? { outcome: 'unavailable', sent: 'unknown', reason: 'the sandbox was told to delay', retryAfterMs: delayMs ?? usualDelayMs }
        : result;
    },
    close: async () => provider?.close(),
  };
}
