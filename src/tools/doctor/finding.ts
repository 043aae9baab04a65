/** A line of the report: a fact about the computer, the settings or the project, and the next step. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error';
  /** The fact, and after a colon the next step. Never a secret. */
  readonly text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string): Finding => ({ level: 'warning', text });
export const error = (text: string): Finding => ({ level: 'error', text });

/** The first line of an error's message. */
export function reasonOf(thrown: unknown): string {
  const causes = thrown instanceof AggregateError ? thrown.errors : [thrown];
  const [first]: readonly unknown[] = causes;
  return (first instanceof Error ? first.message : String(first)).split('\n')[0] ?? '';
}
