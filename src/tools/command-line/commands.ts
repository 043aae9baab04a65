/** The commands: their arguments, options and help. */
import { ownVersion } from '../../service/own-package.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** The name of its value in the help. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The positional arguments as the help shows them. */
  readonly args: string;
  readonly mostArgs: number;
  readonly options: Readonly<Record<string, Option>>;
  /** Paragraphs after the options. */
  readonly more: readonly string[];
}

const project: Readonly<Record<string, Option>> = {
  workflows: { type: 'string', value: 'FOLDER', help: 'the folder of the workflows: each file that exports one is taken' },
  modules: { type: 'string', value: 'FILE', help: 'a file that exports the complete list of modules, as the argument does' },
  config: { type: 'string', value: 'FILE', help: 'the configuration, by default verification.config.ts in this folder' },
  'no-built-in': { type: 'boolean', help: 'without the built-in workflows' },
};

const written: Readonly<Record<string, Option>> = {
  out: { type: 'string', value: 'FOLDER', help: 'the folder to write to' },
  check: { type: 'boolean', help: 'write nothing, and name what is stale' },
};

const settings = 'Settings are environment variables, such as PORT, DATABASE_URL and SMTP_URL.';
const found =
  'Without an argument: the folder in the variable WORKFLOWS, or verification.config.ts (.js, .mjs) in this folder, or the built-in workflows.';

export const commands: readonly Command[] = [
  {
    name: 'init',
    summary: 'make a project with a workflow of its own',
    args: '[folder]',
    mostArgs: 1,
    options: {
      name: { type: 'string', value: 'NAME', help: 'the name of the workflow, in kebab-case' },
      install: { type: 'boolean', help: 'run npm install in the new project' },
    },
    more: [
      'Without a folder, the project is made in this one. No file is overwritten. The project depends on the archive or the version from which',
      `this command runs: npx --package "$PWD/verification-workflows-${ownVersion}.tgz" verification-workflows init my-project`,
    ],
  },
  {
    name: 'start',
    summary: 'run the service',
    args: '[modules.js]',
    mostArgs: 1,
    options: { ...project, 'dry-run': { type: 'boolean', help: 'check workflows and settings, and open nothing' } },
    more: [found, settings],
  },
  {
    name: 'dev',
    summary: 'run the service, and restart it when a workflow changes',
    args: '[modules.js]',
    mostArgs: 1,
    options: project,
    more: [
      'A mistake in a file is printed, and the last good state of the files goes on running. Sessions survive in the data folder.',
      found,
      settings,
    ],
  },
  {
    name: 'check',
    summary: 'report what would stop the service from starting, and what a deployment would do',
    args: '[modules.js]',
    mostArgs: 1,
    options: {
      ...project,
      against: { type: 'string', value: 'PLACE', help: 'compare with a machines.lock.json, a folder of diagrams, or the URL of a service' },
      out: { type: 'string', value: 'FOLDER', help: 'with --against: write the changes there, as pictures and as Markdown' },
    },
    more: [
      'With --against, the differences are printed as Markdown, for a pull request. DATABASE_URL names the database whose living sessions are',
      'counted: nothing is written to it. The exit code is 1 if a session would be stranded, or if a structure changed without a new version.',
      found,
    ],
  },
  {
    name: 'diagrams',
    summary: 'draw the machines',
    args: '[modules.js]',
    mostArgs: 1,
    options: { ...project, ...written },
    more: ['The folder is that of the configuration, by default ./diagrams.', found],
  },
  {
    name: 'client',
    summary: 'write a client that knows the workflows',
    args: '[modules.js]',
    mostArgs: 1,
    options: { ...project, ...written },
    more: ['The folder is that of the configuration, by default ./client.', found],
  },
  {
    name: 'test',
    summary: 'walk every path of the workflows, and compare them with their promises',
    args: '[workflow…]',
    mostArgs: Number.POSITIVE_INFINITY,
    options: {
      ...project,
      full: { type: 'boolean', help: 'every step and pair over HTTP, with restarts, repeated requests and two services' },
    },
    more: [
      'Without a name, the workflows of the project are tested. The coverage is written to coverage/.',
      'The service of the test takes its settings from the configuration alone, and sends nothing to real people.',
      'TEST_DATABASE_URL names a PostgreSQL database for it; with --full, two services also share one there.',
      found,
    ],
  },
  {
    name: 'mutate',
    summary: 'break the workflows in every small way, and name what their promises do not notice',
    args: '[workflow…]',
    mostArgs: Number.POSITIVE_INFINITY,
    options: project,
    more: ['Without a name, the workflows of the project are broken. The results are written to coverage/mutation.json.', found],
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong with this computer, the settings and the project',
    args: '[modules.js]',
    mostArgs: 1,
    options: project,
    more: ['Reads, connects and listens for a moment. Sends no message, and leaves nothing behind.', found, settings],
  },
];
