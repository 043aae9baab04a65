/** Runs a command. Each loads its own part of the package, because the help should not wait for a database or a compiler. */
import { resolve } from 'node:path';
import type { Environment } from '../../config/config.ts';
import { ConfigError } from '../../config/values.ts';
import { WorkflowRefused } from '../../engine/machines/fault.ts';
import { ModuleError } from '../../modules/module-error.ts';
import type { LoadReport } from '../dev/serving.ts';
import { shown } from '../loading/author-file.ts';
import { findConfig } from '../loading/config-file.ts';
import { loadProject, located, type Project } from '../loading/project.ts';
import { usedFiles } from '../loading/used-files.ts';
import { Mistake } from '../mistake.ts';
import { helpOf, type Request, requestOf } from './request.ts';

/** The surroundings of a command. */
export interface Terminal {
  readonly environment: Environment;
  /** Prints a line to the standard output. */
  readonly say: (line: string) => void;
  /** Prints a line to the standard error. */
  readonly complain: (line: string) => void;
  /** Tells the process that started this one, if it is `dev`, what was loaded. */
  readonly report: (report: LoadReport) => void;
  /** The arguments of Node.js that run the command in another process. */
  readonly self: readonly string[];
}

/** 0: done; 1: done, and something is wrong; 2: a mistake that only its author can correct. */
export type ExitCode = 0 | 1 | 2;

type Run = (request: Request, terminal: Terminal) => Promise<ExitCode>;

const runs: Readonly<Record<string, Run>> = {
  init: async ({ args: [given = '.'], text, has }, { say }) => {
    const { initProject } = await import('../init/init.ts');
    const folder = resolve(given);
    for (const path of initProject({ folder, name: text('name') })) say(path);
    const enter = given === '.' ? [] : [`cd ${given}`];
    if (has('install')) {
      const { install } = await import('../init/install.ts');
      say('\nnpm install');
      if (!install(folder)) return 1;
    }
    say(`\nNext:\n${[...enter, ...(has('install') ? [] : ['npm install']), 'npm run dev'].map((line) => `  ${line}`).join('\n')}`);
    return 0;
  },
  start: async (request, { environment, say, report }) => {
    const project = await projectOf(request, environment).finally(() => report({ places: usedFiles(), workflows: [] }));
    report({ places: usedFiles(), workflows: [...project.sources.keys()] });
    const config = { ...project.settings, ...environment };
    if (request.has('dry-run')) {
      const { designOf } = await import('../../service/design.ts');
      try {
        designOf({ modules: project.modules, config });
      } catch (error) {
        throw isFault(error)
          ? new Mistake(
              error.message.replaceAll(/^.+$/gm, (line) => located(project, line)),
              { cause: error },
            )
          : error;
      }
      say('The service can start: nothing is wrong with its workflows and settings');
      return 0;
    }
    const { runService } = await import('../../service/process.ts');
    await runService(project.modules, { config, located: (line) => located(project, line) });
    return 0;
  },
  dev: async ({ args: [file], text, has }, { environment, say, complain, self }) => {
    const { runDev } = await import('../dev/dev.ts');
    const options = ['modules', 'workflows', 'config'].flatMap((name) => optionArguments(name, text(name)));
    const start = [...self, 'start', ...(file === undefined ? [] : [file]), ...options, ...(has('no-built-in') ? ['--no-built-in'] : [])];
    const ending = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
    const given = [file, text('modules'), text('workflows'), text('config'), environment['WORKFLOWS'], findConfig('.')];
    const places = given.filter((place) => typeof place === 'string' && place !== '').map((place) => resolve(String(place)));
    await runDev({ start, environment, places, say, complain: (lines) => complain(lines.trimEnd()), signal: ending.signal });
    return 0;
  },
  check: async (request, { environment, say, complain }) => {
    const project = await projectOf(request, environment);
    const { checked } = await import('../check.ts');
    const { faults, summary } = checked(project.modules, project.sources);
    for (const line of faults) complain(located(project, line));
    const against = request.text('against');
    const out = request.text('out');
    if (against === null && out !== null) throw new Mistake('--out is for a comparison: add --against PLACE');
    // The standard output of a comparison is its Markdown alone.
    (faults.length > 0 || against !== null ? complain : say)(summary);
    if (faults.length > 0) return 1;
    if (against === null) return 0;
    const { compareWith } = await import('../against/against.ts');
    const { markdown, problems } = await compareWith({ project, against, out, environment });
    say(markdown.trimEnd());
    for (const line of problems) complain(located(project, line));
    return problems.length > 0 ? 1 : 0;
  },
  test: async (request, { environment, say, complain }) => {
    const { modules, sources, settings } = await projectOf({ ...request, args: [] }, environment);
    const { testModels } = await import('../testing/model-test.ts');
    const own = [...sources.keys()];
    const databaseUrl = environment['TEST_DATABASE_URL'] ?? null;
    const faults = await testModels({
      modules,
      own,
      names: request.args,
      settings,
      isFull: request.has('full'),
      databaseUrl,
      say,
      complain,
    });
    return faults === 0 ? 0 : 1;
  },
  mutate: async (request, { environment, say, complain }) => {
    const { modules, sources } = await projectOf({ ...request, args: [] }, environment);
    const { selectedWorkflows } = await import('../testing/model-test.ts');
    const { runMutations } = await import('../../testing/mutation/run-mutations.ts');
    const names = selectedWorkflows(modules, request.args.length > 0 ? request.args : [...sources.keys()]);
    return runMutations({ modules, names, say, complain }) === 0 ? 0 : 1;
  },
  doctor: async (request, { environment, say }) => {
    const { diagnose } = await import('../doctor/doctor.ts');
    return (await diagnose({ environment, say, load: () => projectOf(request, environment) })) === 0 ? 0 : 1;
  },
  diagrams: async (request, terminal) => {
    const { drawDiagrams } = await import('../diagrams.ts');
    return write(request, terminal, drawDiagrams);
  },
  client: async (request, terminal) => {
    const { writeClient } = await import('../client.ts');
    return write(request, terminal, writeClient);
  },
};

/**
 * Runs the command that the arguments name, or prints its help. A mistake of the caller is one line, without the place in the code.
 * @param words the arguments of the command line
 */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const request = requestOf(words);
    if (!('about' in request)) return await runCommand(request, terminal);
    terminal.say(helpOf(request).trimEnd());
    return 0;
  } catch (error) {
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    const isPlain = [Mistake, ModuleError, WorkflowRefused, ConfigError].some((kind) => error instanceof kind);
    terminal.complain(isPlain ? message : stack);
    return isPlain ? 2 : 1;
  }
}

function runCommand(request: Request, terminal: Terminal): Promise<ExitCode> {
  const run = runs[request.command.name];
  if (run === undefined) throw new Error(`The command ${request.command.name} is not run by anything`);
  return run(request, terminal);
}

/** True for the faults of workflows and modules: each line of the message is one. */
function isFault(error: unknown): error is Error {
  return error instanceof ModuleError || error instanceof WorkflowRefused;
}

/** @param diagrams the folder of the pictures, if it is not that of the project */
function projectOf({ args: [file], text, has }: Request, environment: Environment, diagrams: string | null = null): Promise<Project> {
  const modules = text('modules') ?? file ?? null;
  const builtIn = has('no-built-in') ? false : null;
  return loadProject({ modules, workflows: text('workflows'), config: text('config'), builtIn, diagrams }, environment);
}

function optionArguments(name: string, value: string | null): string[] {
  return value === null ? [] : [`--${name}`, value];
}

/** Writes files to a folder, or compares them with it. @returns a line for each problem */
type Writer = (task: {
  readonly modules: Project['modules'];
  readonly folder: string;
  readonly checking: boolean;
  readonly command: string;
}) => Promise<string[]>;

async function write(request: Request, { environment, say, complain }: Terminal, writer: Writer): Promise<ExitCode> {
  const { command, text, has } = request;
  const given = text('out');
  const out = given === null ? null : resolve(given);
  const project = await projectOf(request, environment, out);
  const folder = out ?? (command.name === 'diagrams' ? project.folders.diagrams : project.folders.client);
  if (folder === null) throw new Mistake(`Name the folder: verification-workflows ${command.name} --out FOLDER`);
  const checking = has('check');
  const outArgument = given === null ? '' : ` --out ${given}`;
  const isBuiltIn = project.places.length === 0;
  const again = isBuiltIn ? `npm run ${command.name}` : `verification-workflows ${command.name}${project.argument}${outArgument}`;
  const lines = await writer({ modules: project.modules, folder, checking, command: again });
  for (const line of lines) complain(located(project, line));
  if (lines.length > 0) return 1;
  say(`${shown(folder)} is ${checking ? 'what the workflows say' : 'written'}`);
  return 0;
}
