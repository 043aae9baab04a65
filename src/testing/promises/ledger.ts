/** The facts of one session as its decision table tells them: they follow from requests and from time alone. */
import type { Clause, DecisionTable, Effect, Literal, Promises, Rule } from '../../../machines/promises.ts';
import { amountOf, type Fields, holds, holdsIn, type Lookup, valueIn } from './values.ts';

/** The figures of a deployment, by name. */
export type FigureValues = Readonly<Record<string, number>>;

/** An expected message with a code. */
export interface CodeSend {
  readonly at: number;
  /** Equal for messages with the same code. */
  readonly code: Literal;
  readonly arrives: boolean;
}

/** An expected notice. */
export interface DueNotice {
  readonly at: number;
  readonly notice: string;
  /** True if time alone causes the notice: it goes out as soon as a process sees that the time has passed. */
  readonly mayBeLate: boolean;
}

/** A request, while its effects take place. */
interface Moment {
  readonly at: number;
  readonly fields: Fields;
  readonly arrives: boolean;
  readonly mayBeLate: boolean;
}

export class Ledger {
  readonly sends: CodeSend[] = [];
  readonly notices: DueNotice[] = [];
  readonly #table: DecisionTable;
  readonly #success: Promises['success'];
  readonly #figures: FigureValues;
  readonly #start: number;
  readonly #facts: Map<string, Literal>;
  #now: number;
  #viewer = 'holder';
  #ended: string | null = null;
  #endedAt: number | null = null;
  /** Notices and other tasks that began since they were taken last. */
  #begun: string[] = [];

  constructor(
    table: DecisionTable,
    { success, figures, startedAt }: { success: Promises['success']; figures: FigureValues; startedAt: number },
  ) {
    this.#table = table;
    this.#success = success;
    this.#figures = figures;
    this.#start = startedAt;
    this.#now = startedAt;
    this.#facts = new Map(Object.entries(table.facts));
  }

  get ended(): string | null {
    return this.#ended;
  }

  /** Time passes until a moment. */
  pass(at: number): void {
    for (const { at: moment, when, effects } of this.#table.passing ?? []) {
      this.#now = at;
      const due = this.value(moment);
      if (this.#ended !== null || due === null || Number(due) > at || !holds(when, this.value)) continue;
      this.#now = Number(due);
      this.#make(effects, { at: Number(due), fields: {}, arrives: true, mayBeLate: true });
    }
    this.#now = at;
  }

  /** The rule for a request; null if the event is not accepted. @throws Error if the table says nothing about the event */
  ruleFor(event: string, fields: Fields): Rule | null {
    const rules = this.#table.rules.filter(({ on }) => (typeof on === 'string' ? on === event : on.includes(event)));
    if (rules.length === 0) throw new Error(`The promises have no rule for ${event}: add one to the table`);
    if (this.#ended !== null) return null;
    return rules.find((rule) => holdsIn(rule.with, fields, this.value) && holds(rule.when, this.value)) ?? null;
  }

  apply({ effects = [] }: Rule, fields: Fields, arrives: boolean): void {
    this.#make(effects, { at: this.#now, fields, arrives, mayBeLate: false });
  }

  /** The value of a name. */
  readonly value: Lookup = (name) => {
    const { moments = {}, flags = {} } = this.#table;
    switch (name) {
      case 'now':
        return this.#now;
      case 'start':
        return this.#start;
      case 'viewer':
        return this.#viewer;
      case 'ended':
        return this.#ended;
      case 'endedAt':
        return this.#endedAt;
      case 'proves':
        return this.#proves();
    }
    const fact = this.#facts.get(name);
    if (fact !== undefined) return fact;
    const moment = moments[name];
    if (moment !== undefined) return valueIn({ of: moment.after, plus: moment.lasts }, this.value, {});
    const flag = flags[name];
    if (flag !== undefined) return [flag].flat().some((condition) => holds(condition, this.value));
    const figure = this.#figures[name];
    if (figure === undefined) throw new Error(`The promises name '${name}', which is no fact, moment, flag or figure`);
    return figure;
  };

  /** The value that clauses state, in an array; empty if none applies. */
  stated(clauses: readonly Clause[], viewer: string): Literal[] {
    this.#viewer = viewer;
    const clause = clauses.find(({ when }) => holds(when, this.value));
    return clause === undefined ? [] : [valueIn(clause.is, this.value, {})];
  }

  /** The accepted events. */
  accepted(viewer: string): string[] {
    this.#viewer = viewer;
    if (this.#ended !== null) return [];
    return this.#table.accepts.filter(({ when }) => holds(when, this.value)).map(({ event }) => event);
  }

  /** The notices and tasks that began since the last call. */
  takeBegun(): string[] {
    const begun = this.#begun;
    this.#begun = [];
    return begun;
  }

  #proves(): boolean {
    const { outcome, lasts } = this.#success ?? {};
    if (lasts === undefined || this.#ended === null || this.#ended !== outcome) return false;
    return this.#now < Number(this.#endedAt) + (amountOf(lasts, (name) => this.#figures[name] ?? null) ?? 0);
  }

  #make(effects: readonly Effect[], moment: Moment): void {
    for (const effect of effects) {
      if (holds(effect.when, this.value) && holdsIn(effect.with, moment.fields, this.value)) this.#makeOne(effect, moment);
    }
  }

  #makeOne({ set = {}, add = {}, do: named, sendsCode, tells = [], begins = [], ends }: Effect, moment: Moment): void {
    const values = Object.entries(set).map(([name, value]) => [name, valueIn(value, this.value, moment.fields)] as const);
    for (const [name, value] of values) this.#facts.set(name, value);
    for (const [name, by] of Object.entries(add)) this.#facts.set(name, Number(this.#facts.get(name)) + by);
    if (named !== undefined) this.#make(this.#table.steps?.[named] ?? [], moment);
    if (sendsCode !== undefined) this.sends.push({ at: moment.at, code: this.value(sendsCode), arrives: moment.arrives });
    for (const notice of tells) this.notices.push({ at: moment.at, notice, mayBeLate: moment.mayBeLate });
    this.#begun.push(...tells, ...begins);
    if (ends === undefined) return;
    this.#ended = ends;
    this.#endedAt = moment.at;
  }
}
