/**
 * How much was spent of what there is a limit to. One statement reads, judges and writes several budgets together: all of
 * them have room and are drawn on, or none is. Requests that come together are judged together as long as there is room for
 * all of them, which is nearly always. Times are milliseconds on the caller's clock.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { Joiner } from '../engine/joiner.ts';
import { sqlState } from './availability.ts';
import { spendStatement, spendTogetherStatement } from './budget-statements.ts';
import type { Tables } from './schema.ts';

/** A budget, and what it is held to. */
export interface Draw {
  /** Which budget; holds nothing that could be read. */
  readonly key: string;
  readonly most: number;
  /**
   * `sliding`: at most that many in any stretch of that length, each remembered by its moment, for small limits.
   * `fixed`: at most that many from one full multiple of that length to the next, counted, for large ones.
   */
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
}

/** What one request draws. */
interface Request {
  readonly draws: readonly Draw[];
  readonly entry: string;
  readonly at: number;
}

/** Null when it was admitted; else when there will be room. */
type Answer = { readonly until: number } | null;

interface Judgement {
  readonly admitted: boolean;
  readonly until: number | null;
}

/** What a request would find if all of its batch were admitted. */
interface JointJudgement {
  readonly request: number;
  /** It was admitted before. */
  readonly again: boolean;
  readonly fits: boolean;
  /** When there will be room, if there is none even for one. */
  readonly until: number | null;
}

/** SQLSTATE of a unique key that is there already. */
const uniqueViolation = '23505';

export class Budgets {
  readonly #db: Kysely<Tables>;
  /** The same entry twice is judged one after the other: the second costs nothing. */
  readonly #requests = new Joiner(
    (requests: readonly Request[]) => this.#answerAll(requests),
    ({ entry }) => entry,
  );

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Draws one from each budget, or from none.
   * @param entry names what is spent on: the same again costs nothing more
   * @param at the time
   * @returns null when there was room in all; else when there will be
   */
  async spend(draws: readonly Draw[], entry: string, at: number): Promise<Answer> {
    return draws.length === 0 ? null : this.#requests.ask({ draws, entry, at });
  }

  /** Takes back what was spent under a name in sliding windows. */
  async refund(keys: readonly string[], entry: string): Promise<void> {
    await sql`
      update budgets set entries = array(select spent from unnest(entries) as spent where split_part(spent, ' ', 2) <> ${entry}::text)
      where key = any(${keys}::text[])`.execute(this.#db);
  }

  async #answerAll(requests: readonly Request[]): Promise<Answer[]> {
    if (requests.length <= 1 || !haveSameTerms(requests)) return this.#oneByOne(requests);
    const judgements = await this.#judge<JointJudgement>(spendTogetherStatement, jointParameters(requests));
    if (judgements.every(({ fits, again }) => fits && !again)) return requests.map(() => null);

    // Nothing was written. Most are admitted without the few that are in the way; those that find nothing left are refused.
    const answers = new Map<Request, Answer>();
    const without: Request[] = [];
    const contested: Request[] = [];
    for (const [index, request] of requests.entries()) {
      const { fits, again, until } = judgements[index] ?? { fits: false, again: false, until: null };
      if (again) answers.set(request, null);
      else if (fits) without.push(request);
      else if (until !== null && until > request.at) answers.set(request, { until });
      else contested.push(request);
    }
    for (const [index, answer] of (await this.#answerAll(without)).entries()) answers.set(without[index] as Request, answer);
    for (const [index, answer] of (await this.#oneByOne(contested)).entries()) answers.set(contested[index] as Request, answer);
    return requests.map((request) => answers.get(request) ?? null);
  }

  async #oneByOne(requests: readonly Request[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const { draws, entry, at } of requests) {
      const [judgement] = await this.#judge<Judgement>(spendStatement, [...columnsOf(draws, at), entry, at]);
      if (!judgement) throw new Error('Budgets were not judged');
      answers.push(judgement.admitted ? null : { until: judgement.until ?? at });
    }
    return answers;
  }

  async #judge<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    for (;;) {
      try {
        const query: CompiledQuery<Row> = { ...CompiledQuery.raw(statement, [...parameters]) };
        return (await this.#db.executeQuery(query)).rows;
      } catch (error) {
        // Somebody drew on a budget for the first time at the same moment. Nothing was written: judge by what is there now.
        if (sqlState(error) !== uniqueViolation) throw error;
      }
    }
  }

  /** Forgets budgets that nothing counts against any more. */
  async purge(now: number): Promise<void> {
    await this.#db.deleteFrom('budgets').where('ends_at', '<=', now).execute();
  }
}

/** The keys of draws at a time, what they are held to, their sliding windows, and when they count no more. */
function columnsOf(draws: readonly Draw[], at: number): unknown[][] {
  const fixedEnd = ({ windowMs }: Draw) => (Math.floor(at / windowMs) + 1) * windowMs;
  return [
    draws.map((draw) => (draw.window === 'fixed' ? `${draw.key} ${fixedEnd(draw)}` : draw.key)),
    draws.map(({ most }) => most),
    draws.map(({ window, windowMs }) => (window === 'fixed' ? null : windowMs)),
    draws.map((draw) => (draw.window === 'fixed' ? fixedEnd(draw) : at + draw.windowMs)),
  ];
}

/** The parameters of `spendTogetherStatement`. */
function jointParameters(requests: readonly Request[]): unknown[][] {
  const columns: unknown[][] = Array.from({ length: 7 }, () => []);
  for (const [index, { draws, entry, at }] of requests.entries()) {
    const named = [draws.map(() => index), draws.map(() => entry), draws.map(() => at)];
    const [keys = [], ...terms] = columnsOf(draws, at);
    [named[0] ?? [], keys, ...named.slice(1), ...terms].forEach((values, column) => {
      columns[column]?.push(...values);
    });
  }
  return columns;
}

/** Whether nobody holds a budget to other terms than the others do: a request alone decides then. */
function haveSameTerms(requests: readonly Request[]): boolean {
  const terms = new Map<string, string>();
  for (const { key, most, window, windowMs } of requests.flatMap(({ draws }) => draws)) {
    const own = `${most} ${window} ${windowMs}`;
    if ((terms.get(key) ?? own) !== own) return false;
    terms.set(key, own);
  }
  return true;
}
