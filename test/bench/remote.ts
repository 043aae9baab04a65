/** Another process of the benchmark. It takes commands over Node's own channel, and ends when the channel closes. */
import { type ChildProcess, fork } from 'node:child_process';
import { processes } from './processes.ts';

/** The commands of such a process. */
export type Commands = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

interface Question {
  readonly number: number;
  readonly command: string;
  readonly argument: unknown;
}

interface Reply {
  readonly number: number;
  readonly answer?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

export class Remote<C extends Commands> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  /** @param settings its environment variables, added to PATH */
  constructor(file: string, settings: Readonly<Record<string, string>> = {}) {
    const { PATH = '' } = process.env;
    this.#child = fork(file, { env: { PATH, ...settings }, execArgv: ['--import', 'tsx'] });
    processes.add(this.#child);
    this.#child.on('message', (reply: Reply) => this.#hear(reply));
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${file} ended with ${code ?? signal}`));
      this.#waiting.clear();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<Name extends keyof C & string>(
    command: Name,
    ...[argument]: Parameters<C[Name]> extends [] ? [] : [Parameters<C[Name]>[0]]
  ): Promise<Awaited<ReturnType<C[Name]>>> {
    this.#asked += 1;
    const question: Question = { number: this.#asked, command, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.number, { resolve, reject });
      this.#child.send(question);
    });
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await ended;
  }

  #hear({ number, answer, error }: Reply): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(answer as never);
    else waiting?.reject(new Error(error));
  }
}

/** The other end, which executes the commands. */
export function serveCommands(commands: Commands): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ number, command, argument }: Question) => {
    const tell = (reply: Omit<Reply, 'number'>) => process.send?.({ number, ...reply });
    const run = commands[command];
    if (!run) {
      tell({ error: `There is no command ${command}` });
      return;
    }
    run(argument as never).then(
      (answer) => tell({ answer }),
      (error: unknown) => tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
