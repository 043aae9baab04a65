/**
 * The log of refused requests: one short line a second for each reason, with a count. An overloaded service must not write a stack trace
 * for each of thousands of requests.
 */
import type { Log } from '../../engine/ports.ts';
import type { ProblemReason } from './problem.ts';

/** A thousand lines with one reason tell an operator no more than one line a second. */
const everyMs = 1_000;

/** A database's error message can contain a whole statement. */
const longestMessage = 200;

/** Refused requests with one reason, since the last line about it. */
interface Unwritten {
  count: number;
  last: Error;
}

export class UnavailableLog {
  readonly #log: Pick<Log, 'warn'>;
  readonly #unwritten = new Map<ProblemReason, Unwritten>();

  constructor(log: Pick<Log, 'warn'>) {
    this.#log = log;
  }

  /** @param error the error that refused the request */
  note(reason: ProblemReason, error: Error): void {
    const unwritten = this.#unwritten.get(reason);
    if (unwritten) {
      unwritten.count += 1;
      unwritten.last = error;
      return;
    }
    this.#write(reason, { count: 1, last: error });
  }

  #write(reason: ProblemReason, { count, last }: Unwritten): void {
    const { name, message, cause } = last;
    const line = { reason, count, error: name, message: message.slice(0, longestMessage) };
    const because = cause instanceof Error ? { cause: cause.message.slice(0, longestMessage) } : {};
    this.#log.warn({ ...line, ...because }, 'the service could not answer');
    const next: Unwritten = { count: 0, last };
    this.#unwritten.set(reason, next);
    setTimeout(() => {
      this.#unwritten.delete(reason);
      if (next.count > 0) this.#write(reason, next);
    }, everyMs).unref();
  }
}
