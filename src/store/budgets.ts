/**
 * Budgets: how much of each limit is used. One statement reads, judges and writes several budgets together: it draws on all of them, or on
 * none if one is full. Concurrent requests share a statement as long as there is room for all of them, which is nearly always. Times are
 * milliseconds on the caller's clock.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { GiveBack, Refused } from '../delivery/message-budget.ts';
import { Batcher } from '../engine/batcher.ts';
import type { LimitName } from '../engine/errors.ts';
import { sqlState } from './availability.ts';
import { giveBackStatement, roomStatement, spendStatement, spendTogetherStatement } from './budget-statements.ts';
import type { Tables } from './schema.ts';

/** One draw on a budget, with the budget's limit and window. */
export interface Draw {
  /** The budget's key, which reveals no personal detail. */
  readonly key: string;
  readonly most: number;
  /**
   * `sliding`: at most `most` draws in any period of `windowMs`. Each draw is stored with its time, so this suits small limits.
   * `fixed`: at most `most` draws between two multiples of `windowMs`. Draws are only counted, so this suits large limits.
   */
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
  /** The name of the limit in a refusal. */
  readonly limit?: LimitName;
}

/** The draws of one request. */
interface Request {
  readonly draws: readonly Draw[];
  readonly entry: string;
  readonly at: number;
}

/** Null if the request was admitted. */
type Answer = Refused | null;

interface Judgement {
  readonly admitted: boolean;
  readonly until: number | null;
  /** The budget with the longest refusal. */
  readonly key: string | null;
}

/** The judgement of one request, under the assumption that all other requests of the batch are admitted. */
interface JointJudgement {
  readonly request: number;
  /** True if the request was admitted before. */
  readonly again: boolean;
  readonly fits: boolean;
  /** The time at which there is room again; null if there is room for at least one request. */
  readonly until: number | null;
  /** The budget that is full for longest. */
  readonly key: string | null;
}

/** SQLSTATE of a duplicate key. */
const uniqueViolation = '23505';

export class Budgets {
  readonly #db: Kysely<Tables>;
  /** Two requests with one entry are judged one after the other, so that the second draws nothing. */
  readonly #requests = new Batcher(
    (requests: readonly Request[]) => this.#answerAll(requests),
    ({ entry }) => entry,
  );
  readonly #givingBack = new Batcher(
    (gifts: readonly GiveBack[]) => this.#giveAllBack(gifts),
    ({ mark }) => mark,
  );

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Draws once on each budget, or on none. Draws with one key and several sliding windows are one budget with several limits.
   * @param entry identifies the expense: a repetition draws nothing more
   * @returns null if all budgets had room; otherwise when they have room again
   */
  async spend(draws: readonly Draw[], entry: string, at: number): Promise<Answer> {
    return draws.length === 0 ? null : this.#requests.ask({ draws, entry, at });
  }

  /** Resolves if the database answers over the connections of budgets, rejects otherwise. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db);
  }

  /** True if all budgets have room. Nothing is drawn, so the answer may be outdated at once. */
  async hasRoom(draws: readonly Draw[], at: number): Promise<boolean> {
    const [judged] = await this.#judge<{ has_room: boolean }>(roomStatement, [...columnsOf(draws, at), at]);
    return judged?.has_room === true;
  }

  /**
   * Gives one draw back to each budget with a fixed window. The mark prevents a second time in the same window. Does nothing if the sliding
   * budget no longer stores the draw.
   */
  async giveBack(gift: GiveBack): Promise<void> {
    await this.#givingBack.ask(gift);
  }

  /**
   * Takes back one draw from each budget. A fixed window does not store its draws, so the caller must take back each only once.
   * @param at the time of the draws
   */
  async refund(draws: readonly Draw[], entry: string, at: number): Promise<void> {
    const keys = draws.map((draw) => keyAt(draw, at));
    await sql`
      with held as materialized (select key from budgets where key = any(${keys}::text[]) order by key for update)
      update budgets set entries = array(select spent from unnest(entries) as spent where split_part(spent, ' ', 2) <> ${entry}::text),
        total = greatest(total - 1, 0)
      from held where budgets.key = held.key`.execute(this.#db);
  }

  async #answerAll(requests: readonly Request[]): Promise<Answer[]> {
    if (requests.length <= 1 || !haveSameTerms(requests)) return this.#oneByOne(requests);
    const judgements = await this.#judge<JointJudgement>(spendTogetherStatement, jointParameters(requests));
    if (judgements.every(({ fits, again }) => fits && !again)) return requests.map(() => null);

    // Nothing was written, because some request did not fit. Refuse the requests that meet a full budget, and judge the others again.
    const answers = new Map<Request, Answer>();
    const without: Request[] = [];
    const contested: Request[] = [];
    for (const [index, request] of requests.entries()) {
      const { fits, again, until, key } = judgements[index] ?? { fits: false, again: false, until: null, key: null };
      if (again) answers.set(request, null);
      else if (fits) without.push(request);
      else if (until !== null && until > request.at) answers.set(request, refusedBy(request, until, key));
      else contested.push(request);
    }
    for (const [index, answer] of (await this.#answerAll(without)).entries()) answers.set(without[index] as Request, answer);
    for (const [index, answer] of (await this.#oneByOne(contested)).entries()) answers.set(contested[index] as Request, answer);
    return requests.map((request) => answers.get(request) ?? null);
  }

  async #oneByOne(requests: readonly Request[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const request of requests) {
      const { draws, entry, at } = request;
      const [judgement] = await this.#judge<Judgement>(spendStatement, [...columnsOf(draws, at), entry, at]);
      if (!judgement) throw new Error('Budgets were not judged');
      answers.push(judgement.admitted ? null : refusedBy(request, judgement.until ?? at, judgement.key));
    }
    return answers;
  }

  async #giveAllBack(gifts: readonly GiveBack[]): Promise<null[]> {
    const rows = gifts.flatMap(({ draws, remembering, entry, mark }, index) =>
      draws.map(({ key, windowMs }) => [index, remembering, entry, mark, key, windowMs]),
    );
    const columns = Array.from({ length: 6 }, (_, column) => rows.map((row) => row[column]));
    await this.#db.executeQuery(CompiledQuery.raw(giveBackStatement, columns));
    return gifts.map(() => null);
  }

  async #judge<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    for (;;) {
      try {
        const query: CompiledQuery<Row> = { ...CompiledQuery.raw(statement, [...parameters]) };
        return (await this.#db.executeQuery(query)).rows;
      } catch (error) {
        // Another process inserted the same budget at the same moment. Nothing was written: judge again with its row.
        if (sqlState(error) !== uniqueViolation) throw error;
      }
    }
  }

  /** Deletes budgets whose windows have ended. */
  async purge(now: number): Promise<void> {
    await this.#db.deleteFrom('budgets').where('ends_at', '<=', now).execute();
  }
}

function fixedEnd({ windowMs }: Pick<Draw, 'windowMs'>, at: number): number {
  return (Math.floor(at / windowMs) + 1) * windowMs;
}

function keyAt(draw: Draw, at: number): string {
  return draw.window === 'fixed' ? `${draw.key} ${fixedEnd(draw, at)}` : draw.key;
}

function refusedBy({ draws, at }: Request, until: number, key: string | null): Refused {
  const limit = draws.find((draw) => keyAt(draw, at) === key)?.limit;
  return limit === undefined ? { until } : { until, limit };
}

/** The columns of draws at a time: keys, limits, sliding windows (null for fixed ones), and the ends of the windows. */
function columnsOf(draws: readonly Draw[], at: number): unknown[][] {
  return [
    draws.map((draw) => keyAt(draw, at)),
    draws.map(({ most }) => most),
    draws.map(({ window, windowMs }) => (window === 'fixed' ? null : windowMs)),
    draws.map((draw) => (draw.window === 'fixed' ? fixedEnd(draw, at) : at + draw.windowMs)),
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

/** True if all requests agree on the limits and windows of each budget. Otherwise they are judged one by one. */
function haveSameTerms(requests: readonly Request[]): boolean {
  const terms = new Map<string, string>();
  for (const { draws } of requests) {
    const own = new Map<string, string>();
    for (const { key, most, window, windowMs } of draws) own.set(key, `${own.get(key) ?? ''} ${most} ${window} ${windowMs}`);
    for (const [key, wanted] of own) {
      if ((terms.get(key) ?? wanted) !== wanted) return false;
      terms.set(key, wanted);
    }
  }
  return true;
}
