/**
 * Joins questions that are waiting into one. They go out as soon as the event loop has handed over everything that has
 * arrived, so that what came together goes together and nobody waits for a timer; while two batches are under way the others
 * gather. Batches are larger the busier it is.
 */

/** Two: while one statement is being worked on, the next is on its way. More would only queue in the database. */
const maxInFlight = 2;

/** Beyond this a larger batch gains nothing and makes the last one wait. */
const maxBatch = 64;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export class Joiner<Question, Answer> {
  readonly #askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>;
  readonly #keyOf: (question: Question) => string;
  readonly #waiting: Waiting<Question, Answer>[] = [];
  #inFlight = 0;
  #scheduled = false;

  /**
   * @param askAll answers each question, in their order
   * @param keyOf two questions of the same key go into different batches
   */
  constructor(askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>, keyOf: (question: Question) => string) {
    this.#askAll = askAll;
    this.#keyOf = keyOf;
  }

  /** Rejects when its batch does. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
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
  }

  /** Those that have waited longest, each key once; what is left over waits for the next batch. */
  #nextBatch(): Waiting<Question, Answer>[] {
    const batch = new Map<string, Waiting<Question, Answer>>();
    const later: Waiting<Question, Answer>[] = [];
    while (batch.size < maxBatch) {
      const waiting = this.#waiting.shift();
      if (!waiting) break;
      const key = this.#keyOf(waiting.question);
      if (batch.has(key)) later.push(waiting);
      else batch.set(key, waiting);
    }
    this.#waiting.unshift(...later);
    return [...batch.values()];
  }

  async #send(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    this.#inFlight += 1;
    try {
      const answers = await this.#askAll(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new Error('A batch was not answered question by question');
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#inFlight -= 1;
      this.#schedule();
    }
  }
}
