/**
 * Batches waiting questions into one statement. A batch leaves as soon as the event loop has delivered everything that arrived, so that
 * concurrent questions share a batch and none waits for a timer. While two batches are under way, the next one collects: the busier the
 * process, the larger its batches. The sources of requests limit how many questions wait; this file limits how long.
 */
import { StoreUnavailable } from './errors.ts';

/** Two: while the database works on one statement, the next is on its way. More would only queue in the database. */
const maxInFlight = 2;

/** A larger batch gains nothing and delays its last question. */
const maxBatch = 64;

/**
 * The same time that a request waits for a connection of the pool. Behind a hanging database, thousands of questions would each wait for the
 * time-outs of all earlier batches: minutes, after their clients have left.
 */
const maxWaitMs = 3_000;

interface Waiting<Question, Answer> {
  readonly question: Question;
  /** On the process's monotonic clock. */
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export class Batcher<Question, Answer> {
  readonly #askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  readonly #keyOf: (question: Question) => string;
  readonly #shares: boolean;
  readonly #waiting: Waiting<Question, Answer>[] = [];
  #inFlight = 0;
  #scheduled = false;
  #watched = false;

  /**
   * @param askAll answers each question, in their order
   * @param keyOf two questions of the same key go into different batches
   * @param shares true if questions of the same key are the same question: it is asked once, for all who wait
   */
  constructor(
    askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    keyOf: (question: Question) => string,
    { shares = false }: { readonly shares?: boolean } = {},
  ) {
    this.#askAll = askAll;
    this.#keyOf = keyOf;
    this.#shares = shares;
  }

  /**
   * Rejects when its batch does.
   * @throws StoreUnavailable if the question found no batch within a few seconds: the store has not received it
   */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, since: performance.now(), resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight && this.#waiting.length > 0) void this.#send(this.#nextBatch());
    this.#watch();
  }

  /** One timer serves all, because the first question has waited longest. */
  #watch(): void {
    const [first] = this.#waiting;
    if (!first || this.#watched) return;
    this.#watched = true;
    const giveUp = () => {
      this.#watched = false;
      const tooLongAgo = performance.now() - maxWaitMs;
      while ((this.#waiting[0]?.since ?? Number.POSITIVE_INFINITY) <= tooLongAgo)
        this.#waiting.shift()?.reject(new StoreUnavailable('The store is too busy, or hangs'));
      this.#watch();
    };
    setTimeout(giveUp, first.since + maxWaitMs - performance.now()).unref();
  }

  /** The questions that have waited longest, by their keys. A second question of a key waits for the next batch. */
  #nextBatch(): Waiting<Question, Answer>[][] {
    const batch = new Map<string, Waiting<Question, Answer>[]>();
    const later: Waiting<Question, Answer>[] = [];
    while (batch.size < maxBatch) {
      const waiting = this.#waiting.shift();
      if (!waiting) break;
      const key = this.#keyOf(waiting.question);
      const same = batch.get(key);
      if (!same) batch.set(key, [waiting]);
      else if (this.#shares) same.push(waiting);
      else later.push(waiting);
    }
    this.#waiting.unshift(...later);
    return [...batch.values()];
  }

  async #send(batch: readonly Waiting<Question, Answer>[][]): Promise<void> {
    this.#inFlight += 1;
    try {
      const answers = await this.#askAll(batch.flatMap(([first]) => (first ? [first.question] : [])));
      if (answers.length !== batch.length) throw new Error('A batch was not answered question by question');
      for (const [index, same] of batch.entries()) for (const { resolve } of same) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of batch.flat()) reject(error);
    } finally {
      this.#inFlight -= 1;
      this.#schedule();
    }
  }
}
