#!/usr/bin/env node
/** The command `verification-workflows`, for authors of modules. */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ModuleError } from './modules/module-error.ts';
import { runService } from './service/process.ts';
import { faultsOf } from './tools/check.ts';
import { writeClient } from './tools/client.ts';
import { drawDiagrams } from './tools/diagrams.ts';
import { Mistake } from './tools/mistake.ts';
import { modulesOf } from './tools/modules-file.ts';

const usage = `Usage: verification-workflows <command> [modules.js] [options]

The file exports a list of modules, as default or as 'modules'. Without a file, the built-in modules are meant.

  start     [modules.js]                          run a service of the modules; its settings are environment variables
  check     [modules.js]                          say what keeps a service of the modules from starting
  diagrams  [modules.js] --out FOLDER [--check]   draw the machines
  client    [modules.js] --out FOLDER [--check]   write a client that knows the workflows
`;

interface Request {
  readonly command: string;
  /** The file with the modules; null for the built-in ones. */
  readonly file: string | null;
  /** The folder to write to; null for none. */
  readonly out: string | null;
  readonly checking: boolean;
}

/** Writes files to a folder, or compares them with it. @returns a line for each problem */
type Writer = (task: Parameters<typeof drawDiagrams>[0]) => Promise<string[]>;

const writers: Readonly<Record<string, Writer>> = { diagrams: drawDiagrams, client: writeClient };

/** @throws Mistake */
function requestOf(args: readonly string[]): Request {
  const options = { out: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [command = 'help', file = null, ...more] = positionals;
    if (more.length > 0) throw new Error(`One file is enough: '${more.join(' ')}' is too much`);
    return { command: values.help ? 'help' : command, file, out: values.out ?? null, checking: values.check ?? false };
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, { cause: error });
  }
}

async function write(writer: Writer, { command, file, out, checking }: Request): Promise<void> {
  if (out === null) throw new Mistake(`Name the folder: verification-workflows ${command} --out FOLDER`);
  const again = file === null ? `npm run ${command}` : `verification-workflows ${command} ${file} --out ${out}`;
  report(await writer({ modules: await modulesOf(file), folder: resolve(out), checking, command: again }));
  const folder = relative('.', resolve(out)) || '.';
  if (process.exitCode === undefined) process.stdout.write(`${folder} is ${checking ? 'what the workflows say' : 'written'}\n`);
}

/** Prints a line for each problem. If there is one, the command fails. */
function report(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
  if (lines.length > 0) process.exitCode = 1;
}

async function main(): Promise<void> {
  const request = requestOf(process.argv.slice(2));
  const { command, file, out, checking } = request;
  const writer = writers[command];
  if (writer) return write(writer, request);
  if (out !== null || checking) throw new Mistake(`--out and --check are for ${Object.keys(writers).join(' and ')}`);
  if (command === 'start') return runService(await modulesOf(file), { config: process.env });
  if (command === 'check') return report(faultsOf(await modulesOf(file)));
  if (command !== 'help') throw new Mistake(`There is no command '${command}'\n\n${usage}`);
  process.stdout.write(usage);
}

main().catch((error) => {
  const isPlain = error instanceof Mistake || error instanceof ModuleError;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = isPlain ? 2 : 1;
});
