/** What a notice says, in one language. */
export interface NoticeText {
  readonly subject: (serviceName: string) => string;
  /** What happened. */
  readonly event: (serviceName: string) => string;
  /** What to do about it, and what not. */
  readonly advice: readonly string[];
}
