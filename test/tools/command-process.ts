/** One process that runs many commands, each in a folder of its own: to load the package for each would take seconds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Run } from './author-project.ts';

/** A module keeps the text that it was loaded with, so a folder serves for one text of each file. */
const program = (commands: string) => `
  import { runCommandLine } from '${commands}';
  process.on('message', async ({ args, folder, environment }) => {
    process.chdir(folder);
    const printed = { stdout: '', stderr: '' };
    const status = await runCommandLine(args, {
      environment,
      say: (line) => { printed.stdout += line + '\\n'; },
      complain: (line) => { printed.stderr += line + '\\n'; },
      report: () => {},
      self: [],
    });
    process.send({ status, ...printed });
  });
`;

export class CommandProcess {
  readonly #child: ChildProcess;

  /** @param place the folder of the package, built */
  constructor(place = fileURLToPath(new URL('../../', import.meta.url))) {
    const commands = pathToFileURL(join(place, 'dist/src/tools/command-line/run.js')).href;
    this.#child = spawn(process.execPath, ['--input-type=module', '-e', program(commands)], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** Runs one command at a time. */
  async run(args: readonly string[], folder: string, environment: Readonly<Record<string, string>> = {}): Promise<Run> {
    const answer = once(this.#child, 'message');
    this.#child.send({ args, folder, environment });
    const [run] = await Promise.race([
      answer,
      once(this.#child, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}`))),
    ]);
    return run;
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
