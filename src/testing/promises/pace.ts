/** Limits and cooldowns, counted from the answers of one session. */
import type { Amount, CooldownPromise, LimitPromise, Promises } from '../../../machines/promises.ts';
import { lookupIn } from './causes.ts';
import { differing, type Verdict } from './differences.ts';
import type { FigureValues } from './ledger.ts';
import { type Fields, holdsIn, type Lookup } from './values.ts';

export class PacePromises {
  readonly #limits: readonly LimitPromise[];
  readonly #cooldowns: readonly CooldownPromise[];
  readonly #lookup: Lookup;
  /** Accepted events, oldest first. */
  readonly #accepted: { readonly event: string; readonly fields: Fields; readonly at: number }[] = [];

  constructor({ limits = [], cooldowns = [] }: Promises, figures: FigureValues, startedAt: number) {
    this.#limits = limits;
    this.#cooldowns = cooldowns;
    this.#lookup = lookupIn(figures);
    this.#accepted.push({ event: 'start', fields: {}, at: startedAt });
  }

  /** @returns the differences in the answer to a request */
  told(event: string, fields: Fields, at: number, { problem, retryAfterSeconds }: Verdict): string[] {
    const concerns = (promise: LimitPromise | CooldownPromise) => promise.event === event && holdsIn(promise.with, fields, this.#lookup);
    const reached = this.#limits
      .filter(concerns)
      .map((limit) => ({ ...limit, isActive: this.#countOf(limit) >= this.#amount(limit.most) }));
    const cooling = this.#cooldowns.filter(concerns).map((cooldown) => {
      const until = this.#coolUntil(cooldown);
      return { ...cooldown, until, isActive: at < until };
    });
    const active = [...reached, ...cooling].filter(({ isActive }) => isActive);
    const idle = [...reached, ...cooling].filter(({ isActive }) => !isActive);
    const wait = cooling.find(({ refusal, isActive }) => isActive && refusal === problem);
    const isEarly = idle.some(({ refusal }) => refusal === problem) && !active.some(({ refusal }) => refusal === problem);
    const isMissing = active.length > 0 && ![...active.map(({ refusal }) => refusal), 'event-not-accepted'].includes(problem ?? '');
    if (problem === null && event !== 'start') this.#accepted.push({ event, fields, at });
    return [
      ...(isMissing ? differing(`the answer to ${event}`, active.map(({ refusal }) => refusal).join(' or '), problem) : []),
      ...(isEarly ? [`the answer to ${event}: ${problem} although its limit is not reached`] : []),
      ...(wait === undefined ? [] : differing('Retry-After', Math.ceil((wait.until - at) / 1000), retryAfterSeconds)),
    ];
  }

  /** The accepted events since the count began anew. */
  #countOf({ event, with: test, since = 'start' }: LimitPromise): number {
    const first = this.#accepted.findLastIndex((each) => each.event === since);
    return this.#accepted.slice(first + 1).filter((each) => each.event === event && holdsIn(test, each.fields, this.#lookup)).length;
  }

  #coolUntil({ event, with: test, since = event, lasts }: CooldownPromise): number {
    const fits = (each: { readonly event: string; readonly fields: Fields }) =>
      each.event === since && (since !== event || holdsIn(test, each.fields, this.#lookup));
    const last = this.#accepted.findLast(fits);
    return last === undefined ? Number.NEGATIVE_INFINITY : last.at + this.#amount(lasts);
  }

  #amount(amount: Amount): number {
    return typeof amount === 'number' ? amount : Number(this.#lookup(amount));
  }
}
