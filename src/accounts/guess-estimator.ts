/** Asks a thread of its own how many guesses a password withstands: that takes too long for the event loop. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface Question {
  readonly password: string;
  /** Words that somebody tries first who knows the person. */
  readonly words: readonly string[];
  /** The password without its decoration, in several readings. */
  readonly cores: readonly string[];
}

export interface Estimate {
  /** How many guesses find the password. */
  readonly guesses: number;
  /** Whether a core is a word of the list of common passwords, or such a word backwards or twice. */
  readonly isCommonWord: boolean;
}

/**
 * A quarter of a second is the most that was seen, on a busy machine; the first question also waits for the dictionaries. A thread that
 * takes longer is given up and replaced.
 */
const answerTimeoutMs = 5_000;

/** Five times what a thread with its dictionaries takes. */
const memoryMiB = 128;

export class GuessEstimator {
  readonly #script: URL;
  readonly #timeoutMs: number;
  readonly #idle = new Set<Worker>();
  readonly #all = new Set<Worker>();

  constructor({ script = new URL('./strength/estimator.js', import.meta.url), timeoutMs = answerTimeoutMs } = {}) {
    this.#script = script;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Takes a thread that idles, or starts one: the caller bounds how many questions are asked at the same time.
   * @throws Error when the thread dies or takes too long
   */
  async estimate(question: Question): Promise<Estimate> {
    const [idle] = this.#idle;
    const worker = idle ?? this.#start();
    this.#idle.delete(worker);
    try {
      const answer = once(worker, 'message', { signal: AbortSignal.timeout(this.#timeoutMs) });
      worker.postMessage(question);
      const [estimate]: Estimate[] = await answer;
      if (estimate === undefined) throw new Error('A thread gave no estimate');
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
    // One that dies while it idles must not take the process along.
    worker.on('exit', forget).on('error', forget);
    // The process may end while a thread idles.
    worker.unref();
    return worker;
  }
}
