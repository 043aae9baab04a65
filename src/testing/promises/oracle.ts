/**
 * The oracle watches one session from outside and compares it with the promises of its workflow. The oracle knows no machine: it keeps its own
 * facts, and figures that the caller states.
 */
import type { Promises, Rule } from '../../../machines/promises.ts';
import { type ArrivedCode, type ArrivedNotice, differing, type Verdict, wrongCodes, wrongNotices } from './differences.ts';
import { type FigureValues, Ledger } from './ledger.ts';
import { PacePromises } from './pace.ts';
import { amountOf, fieldOf } from './values.ts';

/** A request: the event’s name in kebab-case or the machine’s, and the fields of its payload. */
export interface Request {
  readonly event: string;
}

/** A session as an answer shows it. The decision table names further fields. */
export interface Shown {
  readonly viewer: string;
  readonly status: string;
  readonly outcome: string | null;
  /** The names of the accepted events. */
  readonly events: readonly string[];
  readonly hasResult: boolean;
}

export class PromiseOracle {
  readonly #promises: Promises;
  readonly #ledger: Ledger | null;
  readonly #pace: PacePromises;

  /** @param startedAt milliseconds on the clock of all later times */
  constructor(promises: Promises, figures: FigureValues, startedAt: number) {
    const { table, success } = promises;
    this.#promises = promises;
    this.#ledger = table === undefined ? null : new Ledger(table, { success, figures, startedAt });
    this.#pace = new PacePromises(promises, figures, startedAt);
  }

  /** The delivery of a message ended. */
  delivered(at: number, well: boolean): void {
    const ledger = this.#ledger;
    if (ledger === null) return;
    ledger.pass(at);
    if (!this.#hasRule('delivery')) return;
    const rule = ledger.ruleFor('delivery', { well });
    if (rule !== null) ledger.apply(rule, { well }, true);
  }

  /**
   * A request was sent.
   * @param arrives true if a message that is sent now will reach the inbox
   * @returns the differences in the answer's verdict
   */
  told(said: Request, at: number, seen: Verdict, arrives: boolean): string[] {
    const event = machineName(said.event);
    const fields = Object.fromEntries(Object.entries(said));
    return [...this.#ruled(event, fields, at, seen, arrives), ...this.#pace.told(event, fields, at, seen)];
  }

  /** @returns the differences in the shown session */
  shows(at: number, seen: Shown): string[] {
    const { table } = this.#promises;
    const ledger = this.#ledger;
    if (ledger === null || table === undefined) return [];
    ledger.pass(at);
    const { viewer, status, outcome, events, hasResult } = seen;
    const fields = Object.fromEntries(Object.entries(seen));
    const accepted = ledger.accepted(viewer).map(publicName).sort();
    return [
      ...differing('the status', ledger.ended === null ? 'active' : 'done', status),
      ...differing('the outcome', ledger.ended, outcome),
      ...Object.entries(table.shows).flatMap(([field, clauses]) =>
        ledger.stated(clauses, viewer).flatMap((expected) => differing(field, expected, fieldOf(fields, field))),
      ),
      ...differing('the accepted events', accepted.join(), [...events].sort().join()),
      ...differing('a result', ledger.value('proves'), hasResult),
    ];
  }

  /** @returns the differences in all messages with a code that the person received, oldest first */
  messages(arrived: readonly ArrivedCode[]): string[] {
    return this.#ledger === null ? [] : wrongCodes(this.#ledger.sends, arrived);
  }

  /** @returns the differences in the notices and other tasks that the last request began */
  begins(asides: readonly string[]): string[] {
    if (this.#ledger === null) return [];
    return differing('the notices and tasks', this.#ledger.takeBegun().sort().join(), [...asides].sort().join());
  }

  /** @returns the differences in all notices to the owner */
  notices(arrived: readonly ArrivedNotice[]): string[] {
    if (this.#ledger === null) return [];
    return wrongNotices(this.#ledger.notices, arrived, this.#promises.table?.atMostEvery ?? {}, this.#ledger.value);
  }

  #ruled(event: string, fields: Readonly<Record<string, unknown>>, at: number, seen: Verdict, arrives: boolean): string[] {
    const ledger = this.#ledger;
    // The end of a task is no request: a table without a rule for it says nothing about it.
    if (ledger === null || (event === 'task' && !this.#hasRule('task'))) return [];
    ledger.pass(at);
    const isUnanswered = this.#promises.table?.unanswered?.includes(event) === true;
    const rule = ledger.ruleFor(event, fields);
    // Read before the effects, which may move the moment.
    const wait =
      rule === null ? differing('Retry-After', null, seen.retryAfterSeconds) : wrongWait(rule, ledger, at, seen.retryAfterSeconds);
    if (rule !== null) ledger.apply(rule, fields, arrives);
    const refusal = rule === null ? (isUnanswered ? null : 'event-not-accepted') : (rule.refusal ?? null);
    return [...differing(`the answer to ${event}`, refusal, seen.problem), ...wait];
  }

  #hasRule(event: string): boolean {
    return this.#promises.table?.rules.some(({ on }) => [on].flat().includes(event)) === true;
  }
}

/** @returns the difference between the shown and the promised waiting time */
function wrongWait({ until, atLeast }: Rule, ledger: Ledger, at: number, seconds: number | null): string[] {
  if (until !== undefined) return differing('Retry-After', Math.ceil((Number(ledger.value(until)) - at) / 1000), seconds);
  if (atLeast === undefined) return differing('Retry-After', null, seconds);
  const least = (amountOf(atLeast, ledger.value) ?? 0) / 1000;
  return seconds !== null && seconds >= least ? [] : [`Retry-After: at least ${least}, was ${seconds}`];
}

const ownNames = ['start', 'child', 'delivery', 'task'];

/** The machine's name of an event. */
function machineName(event: string): string {
  return ownNames.includes(event) ? event : event.toUpperCase().replaceAll('-', '_');
}

function publicName(event: string): string {
  return event.toLowerCase().replaceAll('_', '-');
}
