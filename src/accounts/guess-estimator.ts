/** Estimates in a separate thread how many guesses a password withstands, because an estimate takes too long for the event loop. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Overloaded } from '../engine/errors.ts';

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
   * @throws Overloaded if the thread takes too long; Error if it fails or ends
   */
  async estimate(question: Question): Promise<Estimate> {
    const [idle] = this.#idle;
    const worker = idle ?? this.#start();
    this.#idle.delete(worker);
    const timeUp = this.#timeUp();
    const over = new AbortController();
    try {
      const signal = AbortSignal.any([timeUp, over.signal]);
      const answer = once(worker, 'message', { signal });
      const ended = once(worker, 'exit', { signal });
      worker.postMessage(question);
      const [estimate]: (Estimate | number)[] = await Promise.race([answer, ended]);
      if (typeof estimate !== 'object') throw new Error(`The thread that estimates passwords ended with code ${estimate}`);
      this.#idle.add(worker);
      return estimate;
    } catch (error) {
      void worker.terminate();
      throw timeUp.aborted ? new Overloaded('A password could not be judged in time', { cause: error }) : error;
    } finally {
      over.abort();
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
