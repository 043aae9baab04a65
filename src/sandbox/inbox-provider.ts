/**
 * What delivers messages in the sandbox: they go to the inbox (and to the provider, where one is configured),
 * and the caller decides what becomes of the next ones.
 */

/** What the inbox keeps of a message; the shapes of `src/delivery` satisfy it. */
export interface Message {
  readonly key: string;
  readonly sessionId: string;
  readonly channel: string;
  readonly to: string;
  /** Null in what carries none. */
  readonly code: string | null;
  /** What a notice is about; null in a code's message. */
  readonly notice: string | null;
  /** Of a notice, the send of a code that it stands in for; null for none. */
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
  /** The address in the form that look-ups use. */
  readonly recipient: string;
  readonly sentAt: number;
}

export interface InboxRecords {
  /** Keeps a message; one that is there under the same key stays as it is. */
  addMessage(message: InboxMessage): Promise<void>;
  /** Uses up one of the outcomes that were asked for. */
  takeOutcome(channel: string, recipient: string): Promise<{ outcome: 'succeed' | 'fail' | 'delay'; delayMs: number | null }>;
}

export interface InboxParts<M, R> {
  readonly records: InboxRecords;
  readonly now: () => number;
  /** The form of an address that look-ups use. */
  readonly recipient: (to: string) => string;
  readonly newId: () => string;
  /** The configured provider; null when messages go nowhere else. */
  readonly provider: MessageProvider<M, R> | null;
}

/** When a delayed delivery is confirmed where nothing else was said, in milliseconds after its attempt: longer than any request waits. */
const usualDelayMs = 10_000;

const usualOutcome = { outcome: 'succeed', delayMs: null } as const;

/**
 * A delayed delivery shows in the inbox at once and is confirmed only at the next attempt, as with a provider whose
 * answer was lost: the code can be entered while the session still believes that it is being sent.
 */
export function inboxProvider<M extends Message, R extends Rendered>({
  records,
  now,
  recipient,
  newId,
  provider,
}: InboxParts<M, R>): MessageProvider<M, R> {
  return {
    name: provider === null ? 'sandbox inbox' : `${provider.name} and the sandbox inbox`,
    async send(message, rendered, signal) {
      // Outcomes are arranged for codes, and what goes out in their place: another notice in between uses none up.
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
