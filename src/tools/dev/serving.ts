/** A process of `dev`: the service that an author plays with, or a trial that only checks whether it would start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Environment } from '../../config/config.ts';

/** The report that a loading process sends to `dev`. */
export interface LoadReport {
  /** The files and folders to watch. */
  readonly places: readonly string[];
  /** The names of the author's workflows; empty after a mistake. */
  readonly workflows: readonly string[];
}

export interface ProcessDeps {
  /** The arguments of Node.js: its own, the file of the command, and the command's. */
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly onReport: (report: LoadReport) => void;
  readonly onLine: (line: string) => void;
  readonly onError: (text: string) => void;
}

export class Serving {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #url: string | null = null;
  readonly #listening: Promise<string | null>;

  constructor({ args, environment, onReport, onLine, onError }: ProcessDeps) {
    // In a group of its own, so that Ctrl-C reaches `dev` alone, which stops the process once.
    const child = spawn(process.execPath, args, { detached: true, env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    child.on('message', (report) => onReport(report as LoadReport));
    child.stderr?.setEncoding('utf8').on('data', onError);
    this.ended = once(child, 'close').then(([code]) => code as number | null);
    const listening = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) => {
        const [, url] = /^Listening on (\S+)$/.exec(line) ?? [];
        if (url !== undefined) {
          this.#url = url;
          resolve(url);
        }
        onLine(line);
      });
    });
    this.#listening = Promise.race([listening, this.ended.then(() => null)]);
  }

  /** The address of the service; null until it listens. */
  get url(): string | null {
    return this.#url;
  }

  /** @returns the address; null if the process has ended before it listened */
  listening(): Promise<string | null> {
    return this.#listening;
  }

  /** Ends the process cleanly. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}
