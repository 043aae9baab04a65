/** A project of an author in a temporary folder, and the compiled command that works on it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { statesOf } from '../../src/engine/machines/xstate-transition.ts';
import { workflows } from '../support/workflows.ts';

const command = fileURLToPath(new URL('../../dist/src/command.js', import.meta.url));

const builtIn = workflows.latest();
// The root of a machine is no state of its own.
const builtInStates = builtIn.reduce((sum, { machine }) => sum + statesOf(machine).length - 1, 0);

/** The line of a project without mistakes, whose own workflows stand beside the built-in ones. */
export function allIsWell(own: readonly string[], ownStates: number): string {
  const mine = `${own.join(', ')}, and ${builtIn.length} built in`;
  return `All is well: ${own.length + builtIn.length} workflows (${mine}), ${ownStates + builtInStates} states`;
}

/** A workflow of one state and its end. */
export function workflowFile(name: string, more: { readonly state?: string; readonly exported?: string } = {}): string {
  return `import { Type } from '@sinclair/typebox';
import { closed, defineModule, defineWorkflow } from 'verification-workflows';
import { setup } from 'xstate';

type Named = { readonly name: string };

const one = defineWorkflow('${name}', () => ({
  collection: '${name}s',
  version: 1,
  description: 'Waits.',
  machine: setup({ delays: { week: 604_800_000 } as { week: number } }).createMachine({
    initial: 'waiting',
    states: { waiting: { ${more.state ?? "after: { week: 'over' }"} }, over: { type: 'final' } },
  }),
  start: { body: Type.Object({}, closed), resolver: null, events: [null] },
  events: {},
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: { week: 'until' },
}));

${more.exported ?? 'export default one;'}
`;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class AuthorProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'author-'));

  constructor(files: Readonly<Record<string, string>>) {
    this.write({ 'package.json': '{ "type": "module" }', ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Runs the command in the folder. */
  run(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...settings },
      timeout: 300_000,
    });
    return { status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
