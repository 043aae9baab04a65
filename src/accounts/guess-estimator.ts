/** Estimates in a separate thread how many guesses a password withstands, because an estimate takes too long for the event loop. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Question {
  readonly password: string;
  /** Words that a guesser who knows the person tries first. */
  readonly words: readonly string[];
  /** The password without its decoration, in several readings. */
  readonly cores: readonly string[];
}

export interface Estimate {
  /** The number of guesses after which a guesser finds the password. */
  readonly guesses: number;
  /** True if a core is a common password, or one written backwards or twice. */
  readonly isCommonWord: boolean;
}

/**
 * The slowest answer seen took a quarter of a second, on a busy machine; the first answer also waits for the dictionaries. A thread that
 * exceeds this limit is replaced.
 */
const answerTimeoutMs = 5_000;

/** Five times the memory of a thread with its dictionaries. */
const memoryMiB = 128;

export class GuessEstimator {
  readonly #script: URL;
  readonly #timeUp: () => AbortSignal;
  readonly #idle = new Set<Worker>();
  readonly #all = new Set<Worker>();

  /** @param timeUp makes the signal that ends the wait for one answer */
  constructor({ script = new URL('./strength/estimator.js', import.meta.url), timeUp = () => AbortSignal.timeout(answerTimeoutMs) } = {}) {
    this.#script = script;
    this.#timeUp = timeUp;
  }

  /**
   * Takes an idle thread, or starts one. The caller bounds how many questions run at the same time.
   * @throws Error when the thread dies or takes too long
   */
  async estimate(question: Question): Promise<Estimate> {
    const [idle] = this.#idle;
    const worker = idle ?? this.#start();
    this.#idle.delete(worker);
    try {
      const answer = once(worker, 'message', { signal: this.#timeUp() });
      worker.postMessage(question);
      const [estimate]: Estimate[] = await answer;
      if (estimate === undefined) throw new Error('The thread gave no estimate');
      this.#idle.add(worker);
      return estimate;
    } catch (error) {
      void worker.terminate();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { resourceLimits: { maxOldGenerationSizeMb: memoryMiB } });
    this.#all.add(worker);
    const forget = () => {
      this.#idle.delete(worker);
      this.#all.delete(worker);
    };
    // A thread that dies while idle must not end the process.
    worker.on('exit', forget).on('error', forget);
    // An idle thread does not keep the process alive.
    worker.unref();
    return worker;
  }
}
