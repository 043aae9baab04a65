/** The contracts of delivery: what is to be sent, what it looks like, and who sends it. */

import type { Channel } from '../../machines/workflow.ts';

export type { Channel };

/** One logical send. A retried attempt carries the same values. */
export type Message = CodeMessage | NoticeMessage;

interface AnyMessage {
  readonly sessionId: string;
  /** The public name of the workflow that it comes from. */
  readonly workflow: string;
  /** Names this send: the same for every attempt of it, another one for a resend. */
  readonly key: string;
  readonly channel: Channel;
  /** Where to send it: an address as `normaliseEmail` returns it, or a number in E.164. */
  readonly to: string;
  /** What the person who started this said about their device. Anybody may have typed it. */
  readonly device: { readonly type: string | null; readonly name: string | null };
  /** BCP 47 language tag. */
  readonly locale: string | null;
}

/** Which code of a session it is, and which send of that code: 1 for the first. A delivery report names its send by them. */
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
  /** The send that it stands in for: whatever becomes of it becomes of that. Null for a notice that is no more than one. */
  readonly instead: CodeSend | null;
  /** Who did it, where that was somebody who runs the service, and why; null where nobody said so. */
  readonly agent: string | null;
  readonly reason: string | null;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** The page on which the owner can react; null if there is none. */
  readonly link: string | null;
}

export interface CodeMessage extends AnyMessage, CodeSend {
  readonly kind: 'code';
  readonly notice: null;
  readonly code: string;
  /** What its owner confirms with it, besides that they were reached: it says so, lest anybody reads it out to a stranger. */
  readonly confirms: 'change' | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** How long the code is valid from its first send on, in milliseconds; null leaves the duration out of the message. */
  readonly validForMs: number | null;
}

/** A message in words. */
export interface RenderedMessage {
  /** Null on channels that have none. */
  readonly subject: string | null;
  /** What is read, or spoken. */
  readonly text: string;
  /** Null on channels that take plain text alone. */
  readonly html: string | null;
  /** BCP 47 tag of the language that it is written in. */
  readonly language: string;
}

/** How an attempt ended. A reason holds neither the address nor the code: it may be logged. */
export type DeliveryResult =
  | { readonly outcome: 'accepted' }
  /** For good: another attempt would end the same way. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /**
   * For now. `sent: 'no'` says that it was certainly not delivered, so that another provider may try at once;
   * `'unknown'` that it may have been all the same: a lost answer looks like this.
   */
  | { readonly outcome: 'unavailable'; readonly sent: 'no' | 'unknown'; readonly reason: string; readonly retryAfterMs?: number };

/** Makes single attempts; whether and when there is another one is the caller's decision. */
export interface Provider {
  readonly name: string;
  /** Answers an expected failure with a result and throws for none. An aborted signal ends the attempt as `unavailable`. */
  send(message: Message, rendered: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult>;
  /** Takes no more messages, and resolves when those under way have ended. */
  close(): Promise<void>;
}

/** What a provider says about a send later, as far as it matters: `failure` is null where the message arrived or may yet. */
export type DeliveryReport = 'forged' | { readonly failure: 'undelivered' | 'busy' | 'no-answer' | null };

/** @returns what may be reported about later; null for a notice that is no more than one */
export function reportable(message: Message): (CodeSend & Pick<Message, 'sessionId'>) | null {
  const { sessionId } = message;
  const send = message.kind === 'code' ? message : message.instead;
  return send && { sessionId, codeNumber: send.codeNumber, sendNumber: send.sendNumber };
}
