/** The contracts of delivery: messages, rendered messages, providers and delivery reports. */
import type { Channel } from '../../machines/workflow.ts';

export type { Channel };

/** One logical send. A retried attempt carries the same values. */
export type Message = CodeMessage | NoticeMessage;

interface AnyMessage {
  readonly sessionId: string;
  /** The public name of the session's workflow. */
  readonly workflow: string;
  /** The idempotency key of this send: the same for every attempt, a new one for a resend. */
  readonly key: string;
  readonly channel: Channel;
  /** The recipient: an address as `normaliseEmail` returns it, or a number in E.164. */
  readonly to: string;
  /** The device as described by the person who started the session. Untrusted: a stranger may have typed it. */
  readonly device: { readonly type: string | null; readonly name: string | null };
  /** BCP 47 language tag. */
  readonly locale: string | null;
}

/** The number of a code within its session, and of a send of that code, both from 1. A delivery report identifies its send by them. */
export interface CodeSend {
  readonly codeNumber: number;
  readonly sendNumber: number;
}

/** A message without a code. */
export interface NoticeMessage extends AnyMessage {
  readonly kind: 'notice';
  readonly code: null;
  /** The name of the notice. */
  readonly notice: string;
  /** The personal details of the session, for the text. */
  readonly details: Readonly<Record<string, string>>;
  /** The send of a code that this notice replaces: the notice's delivery report counts for that send. Null if it replaces none. */
  readonly instead: CodeSend | null;
  /** The support agent who acted, and the reason that the agent gave; null if no agent acted. */
  readonly agent: string | null;
  readonly reason: string | null;
  /** The time of the event, in milliseconds since the epoch. */
  readonly at: number;
  /** The URL of the page on which the owner can react; null if there is none. */
  readonly link: string | null;
  /** The times of the session's pending timers, by the name of their delay, in milliseconds since the epoch; absent for none. */
  readonly deadlines?: Readonly<Record<string, number>>;
  /** The session's workflow sends the message about the session. A device that is not known goes unmentioned. */
  readonly ofSession?: true;
}

export interface CodeMessage extends AnyMessage, CodeSend {
  readonly kind: 'code';
  readonly notice: null;
  readonly code: string;
  /** The action that the code confirms; null if it only proves possession. The message names it, as a warning to its reader. */
  readonly confirms: 'change' | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The lifetime of the code from its first send, in milliseconds; null leaves the duration out of the message. */
  readonly validForMs: number | null;
}

/** A message as its recipient reads or hears it. */
export interface RenderedMessage {
  /** Null on channels without subjects. */
  readonly subject: string | null;
  /** The text to read or to speak. */
  readonly text: string;
  /** Null on channels that carry plain text only. */
  readonly html: string | null;
  /** The language of the text, as a BCP 47 tag. */
  readonly language: string;
}

/** How an attempt ended. A reason may be logged, so it holds neither the address nor the code. */
export type DeliveryResult =
  | { readonly outcome: 'accepted' }
  /** Permanent: another attempt would end the same way. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /**
   * Temporary. With `sent: 'no'` the message was certainly not delivered, so another provider may try at once. With `'unknown'` it may
   * have been delivered, for example when the answer was lost. `about: 'recipient'`: the provider works, and the recipient can't take
   * the message now. Such results never set a provider aside.
   */
  | {
      readonly outcome: 'unavailable';
      readonly sent: 'no' | 'unknown';
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly about?: 'recipient';
    };

/** Makes single attempts. The caller decides on retries. */
export interface Provider {
  readonly name: string;
  /** Makes one attempt. An expected failure is a result, not an exception. An aborted signal ends the attempt as `unavailable`. */
  send(message: Message, rendered: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult>;
  /** Refuses new messages, and resolves when the attempts under way have ended. */
  close(): Promise<void>;
}

/** A provider's later report about a send. `failure` is null if the message arrived or may still arrive. */
export type DeliveryReport = 'forged' | { readonly failure: 'undelivered' | 'busy' | 'no-answer' | null };

/** @returns the send of a code that a delivery report can refer to; null for a notice that replaces no code */
export function reportable(message: Message): (CodeSend & Pick<Message, 'sessionId'>) | null {
  const { sessionId } = message;
  const send = message.kind === 'code' ? message : message.instead;
  return send && { sessionId, codeNumber: send.codeNumber, sendNumber: send.sendNumber };
}
