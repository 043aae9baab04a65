/** The contracts of delivery: what is to be sent, what it looks like, and who sends it. */

/** One logical send of a code. A retried attempt carries the same values. */
export interface CodeMessage {
  readonly sessionId: string;
  /** Names this send: the same for every attempt of it, another one for a resend. */
  readonly key: string;
  readonly channel: 'email';
  /** Where to send it: an address as `normaliseEmail` returns it. */
  readonly to: string;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** How long the code is valid from its first send on, in milliseconds; null leaves the duration out of the message. */
  readonly validForMs: number | null;
  /** What the person who started this said about their device. Anybody may have typed it. */
  readonly device: { readonly type: string | null; readonly name: string | null };
  /** BCP 47 language tag. */
  readonly locale: string | null;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How an attempt ended. A reason holds neither the address nor the code: it may be logged. */
export type DeliveryResult =
  | { readonly outcome: 'accepted' }
  /** For good: another attempt would end the same way. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /** For now. It may have been delivered all the same: a lost answer looks like this too. */
  | { readonly outcome: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number };

/** Makes single attempts; whether and when there is another one is the caller's decision. */
export interface Provider {
  readonly name: string;
  /** Answers an expected failure with a result and throws for none. An aborted signal ends the attempt as `unavailable`. */
  send(message: CodeMessage, rendered: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult>;
  /** Takes no more messages, and resolves when those under way have ended. */
  close(): Promise<void>;
}
