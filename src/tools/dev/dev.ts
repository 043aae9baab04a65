/** `dev`: runs the service in a process of its own, and replaces this process when a file of the author changes. */
import type { Environment } from '../../config/config.ts';
import { shown } from '../loading/author-file.ts';
import { type LoadReport, Serving } from './serving.ts';
import { changeFrom, marksOf } from './watch.ts';

export interface DevDeps {
  /** The arguments of Node.js that run the command `start` for the project. */
  readonly start: readonly string[];
  readonly environment: Environment;
  /** The places to watch before anything is loaded. */
  readonly places: readonly string[];
  readonly say: (line: string) => void;
  readonly complain: (text: string) => void;
  /** Ends `dev`. */
  readonly signal: AbortSignal;
}

/** @returns when the signal has ended it and the service has stopped */
export async function runDev(deps: DevDeps): Promise<void> {
  const loop = new DevLoop(deps);
  await loop.run();
}

class DevLoop {
  readonly #deps: DevDeps;
  readonly #places: Set<string>;
  #report: LoadReport = { places: [], workflows: [] };
  #service: Serving | null = null;
  /** The port of the first start, so that the address of the page stays. */
  #port: string | null = null;

  constructor(deps: DevDeps) {
    this.#deps = deps;
    this.#places = new Set(deps.places);
  }

  async run(): Promise<void> {
    const { say, signal } = this.#deps;
    let marks = marksOf([...this.#places]);
    await this.#start(true);
    while (!signal.aborted) {
      marks = new Map([...marksOf([...this.#places]), ...marks]);
      const changed = await changeFrom(marks, [...this.#places], signal);
      if (changed.length === 0) break;
      marks = marksOf([...this.#places]);
      say(`\n${changed.map(shown).join(', ')} changed`);
      if (!(await this.#passes())) {
        say(this.#service === null ? 'Waiting for a change' : `${this.#service.url} goes on with the last good state of the files`);
        continue;
      }
      await this.#service?.stop();
      await this.#start(false);
    }
    await this.#service?.stop();
  }

  /** Checks the changed files in a process of its own, while the service goes on. */
  async #passes(): Promise<boolean> {
    return (await this.#process(['--dry-run'], () => {}).ended) === 0;
  }

  async #start(isFirst: boolean): Promise<void> {
    const { say } = this.#deps;
    const service = this.#process([], (line) => {
      if (isFirst && line !== '') say(line);
    });
    this.#service = service;
    const url = await service.listening();
    if (url === null) {
      this.#service = null;
      say('Waiting for a change');
      return;
    }
    this.#port = new URL(url).port;
    if (!isFirst) say(`${url} runs the new state of the files`);
    // The lines of the start come first.
    setImmediate(() => {
      for (const name of this.#report.workflows) say(`Play ${name}: ${url}/?workflow=${name}`);
    });
    service.ended.then((code) => {
      if (this.#service !== service || this.#deps.signal.aborted) return;
      this.#service = null;
      if (code !== 0) say('The service has ended. Waiting for a change');
    }, this.#deps.complain);
  }

  #process(more: readonly string[], onLine: (line: string) => void): Serving {
    const { start, environment, complain } = this.#deps;
    return new Serving({
      args: [...start, ...more],
      environment: { LOG_LEVEL: 'warn', ...environment, ...(this.#port === null ? {} : { PORT: this.#port }) },
      onLine,
      onError: complain,
      onReport: (report) => {
        for (const place of report.places) this.#places.add(place);
        if (report.workflows.length > 0) this.#report = report;
      },
    });
  }
}
