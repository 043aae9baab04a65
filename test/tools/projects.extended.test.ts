/** The projects that the command finds: a folder of workflows, a configuration, the variable WORKFLOWS; and the mistakes in their files. */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serveIn } from '../outside/project-folder.ts';
import { Client, type Json } from '../support/service.ts';
import { AuthorProject, allIsWell, type Run, workflowFile } from './author-project.ts';
import { CommandProcess } from './command-process.ts';

let commands: CommandProcess;
let project: AuthorProject;
beforeAll(() => {
  commands = new CommandProcess();
});
afterEach(() => project.remove());
afterAll(() => commands.end());

function check(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = ['--workflows', './workflows'],
  settings: Readonly<Record<string, string>> = {},
): Promise<Run> {
  project = new AuthorProject(files);
  return commands.run(['check', ...args], project.folder, settings);
}

const namedModule = "export const tables = defineModule({ name: 'tables', workflows: [one] });";

describe('a folder of workflows', () => {
  test('brings workflows and modules, by default or by name, beside the built-in ones', async () => {
    const { status, stdout, stderr } = await check({
      'workflows/parcel.ts': workflowFile('parcel'),
      'workflows/deeper/table.mjs': workflowFile('table', { exported: namedModule }).replaceAll(/^type .*$| as \{ week: number \}/gm, ''),
      'workflows/trips.ts': workflowFile('trip', { exported: 'export const trip = one; export const again = [one]; export default one;' }),
      'workflows/nothing.ts': 'export const answer = 42;',
      'workflows/parcel.test.ts': "throw new Error('a test is not loaded')",
      'workflows/vite.config.ts': "throw new Error('a configuration is not loaded')",
      'workflows/types.d.ts': 'export declare const nothing: string;',
      'workflows/node_modules/other/index.js': "throw new Error('a package is not loaded')",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(`${allIsWell(['table', 'parcel', 'trip'], 6)}\n`);
  });

  test('leaves out the built-in ones on request, without those that its machines need', async () => {
    const needing = workflowFile('notice', {
      state: "entry: { type: 'sendMessage', params: { notice: 'email-changed', to: 'email' } }, after: { week: 'over' }",
    });
    const { status, stdout, stderr } = await check({ 'workflows/parcel.ts': workflowFile('parcel') }, [
      '--workflows',
      'workflows',
      '--no-built-in',
    ]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'All is well: 1 workflow (parcel), 2 states\n', stderr: '' });
    project.write({ 'workflows/parcel.ts': needing });
    const [, needed = ''] = /(\d+) workflow/.exec(project.run(['check', '--workflows', 'workflows', '--no-built-in']).stdout) ?? [];
    expect(Number(needed)).toBeGreaterThan(1);
  });

  test('does not wrap a workflow that a module of the folder brings', async () => {
    const { stdout } = await check({
      'workflows/a.ts': workflowFile('parcel', { exported: 'export const parcel = one;' }),
      'workflows/modules.ts': `import { codes, defineModule } from 'verification-workflows';
import { parcel } from './a.ts';
export const modules = [codes(), defineModule({ name: 'parcels', workflows: [parcel] })];`,
    });
    expect(stdout).toContain(allIsWell(['parcel'], 2));
  });

  test('may be one file', async () => {
    expect((await check({ 'parcel.ts': workflowFile('parcel') }, ['--workflows', 'parcel.ts'])).stdout).toContain(allIsWell(['parcel'], 2));
  });
});

describe('a mistake is one line with its file:', () => {
  const line = async (files: Readonly<Record<string, string>>, args?: readonly string[]) => {
    const { status, stdout, stderr } = await check(files, args);
    expect(stdout).toBe('');
    return `${status}: ${stderr}`;
  };

  test.each([
    [
      'an empty folder',
      { 'workflows/a.ts': 'export {}' },
      '2: ./workflows has no workflows: no file there exports something made by defineWorkflow or defineModule\n',
    ],
    ['a missing folder', {}, '2: There is no folder ./workflows\n'],
    [
      'the name of a built-in module',
      { 'workflows/codes.ts': workflowFile('parcel') },
      "2: workflows/codes.ts: its module would have the name 'codes', which is that of a built-in module: rename the file\n",
    ],
    [
      'two modules of one name',
      {
        'workflows/a.ts': workflowFile('parcel', { exported: namedModule }),
        'workflows/b.ts': workflowFile('table', { exported: namedModule }),
      },
      "2: workflows/a.ts and workflows/b.ts both bring a module 'tables': rename one of them, or one of the files\n",
    ],
    [
      'a missing package',
      { 'workflows/a.ts': "import 'left-pad/x';" },
      "2: workflows/a.ts: it imports 'left-pad', which is not installed: npm install left-pad\n",
    ],
    [
      'an import without an ending',
      { 'workflows/a.ts': "import '../lib/tasks.mjs';", 'lib/tasks.mjs': "import './list';", 'lib/list.mjs': '' },
      "2: workflows/a.ts: it imports lib/list, which is not there: an import names the whole file, ending in '.mjs'\n",
    ],
    ['an error', { 'workflows/a.ts': "const x: number = 1;\nthrow new TypeError('no ' + x);" }, '2: workflows/a.ts:2: TypeError: no 1\n'],
  ])('%s', async (_, files, expected) => {
    expect(await line(files)).toBe(expected);
  });

  test('an export that is not there, and a syntax error', async () => {
    expect(await line({ 'workflows/a.ts': "import { defineWorkflov } from 'verification-workflows';\ndefineWorkflov();" })).toMatch(
      /^2: workflows\/a\.ts:1: SyntaxError: .*defineWorkflov.*\n$/,
    );
    project.remove();
    expect(await line({ 'workflows/a.ts': 'const a = 1;\nconst = 2;' })).toMatch(/^2: workflows\/a\.ts.*\n$/);
  });

  test('a fault of a machine, with its state', async () => {
    expect(await line({ 'workflows/a.ts': workflowFile('parcel', { state: "after: { week: { guard: 'open', target: 'over' } }" }) })).toBe(
      "1: workflows/a.ts: Workflow 'parcel', state 'waiting': the machine has no guard 'open'\n1 mistake: the service does not start until it is corrected\n",
    );
    const started = project.run(['start', '--workflows', 'workflows']);
    expect(started).toEqual({
      status: 2,
      stdout: '',
      stderr: "workflows/a.ts: Workflow 'parcel', state 'waiting': the machine has no guard 'open'\n",
    });
  });
});

describe('a configuration', () => {
  const configured = (config: string, name = 'verification.config.ts') => ({
    [name]: `import { defineConfig } from 'verification-workflows';\nexport default defineConfig(${config});`,
    'flows/parcel.ts': workflowFile('parcel'),
  });

  test.each(['ts', 'mjs', 'js', 'mts'])('is found in the working directory: .%s', async (ending) => {
    expect((await check(configured("{ workflows: './flows', builtIn: false }", `verification.config.${ending}`), [])).stdout).toContain(
      '1 workflow (parcel)',
    );
  });

  test('names the folders of pictures and client, and settings', async () => {
    expect(
      (
        await check(
          configured("{ workflows: './flows', builtIn: false, diagrams: './pictures', client: './lib/client', settings: { PORT: 'x' } }"),
          [],
        )
      ).status,
    ).toBe(0);
    const run = (...args: string[]) => commands.run(args, project.folder);
    expect((await run('diagrams')).stdout).toBe('pictures is written\n');
    expect((await run('diagrams', '--check')).stdout).toBe('pictures is what the workflows say\n');
    expect(await run('client')).toEqual({ status: 0, stdout: 'lib/client is written\n', stderr: '' });
    expect(project.read('lib/client/generated/workflow-routes.js')).toContain('parcel');
    project.write({ 'flows/parcel.ts': workflowFile('package') });
    expect(project.run(['client', '--check'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('generated/workflow-types.d.ts is stale: run verification-workflows client\n'),
    });
    expect(await run('start', '--dry-run')).toMatchObject({ status: 2, stderr: 'PORT must be a number from 0 to 65535\n' });
    expect((await commands.run(['start', '--dry-run'], project.folder, { PORT: '0' })).stdout).toBe(
      'The service can start: nothing is wrong with its workflows and settings\n',
    );
  });

  test('is named by --config; its paths begin at its folder', async () => {
    const files = configured("{ workflows: '../flows', builtIn: false }", 'config/verification.config.ts');
    expect((await check(files, ['--config', 'config/verification.config.ts'])).stdout).toContain('1 workflow (parcel)');
  });

  test('may list modules', async () => {
    expect(
      (
        await check(
          {
            'verification.config.ts': "export default { modules: './modules.ts' };",
            'modules.ts': workflowFile('parcel', { exported: "export default [defineModule({ name: 'parcels', workflows: [one] })];" }),
          },
          [],
        )
      ).stdout,
    ).toContain('1 workflow (parcel)');
  });

  test.each([
    ["{ workflow: './flows' }", "there is no member 'workflow': did you mean workflows?"],
    ['{}', "names no workflows: add workflows: './workflows', or modules: './modules.ts'"],
    ['{ workflows: 3 }', 'workflows must be the path of a folder'],
    [
      "{ modules: [{ name: 'parcels' }] }",
      'modules must be the path of a file with a list of modules, or a list of modules that defineModule made',
    ],
  ])('%s is a mistake', async (config, line) => {
    expect(await check({ 'verification.config.ts': `export default ${config};` }, [])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(new RegExp(`^verification\\.config\\.ts:? ${line.replaceAll(/[.?]/g, '\\$&')}\n$`)),
    });
  });
});

test('WORKFLOWS names the folder where no argument does', async () => {
  const files = { 'flows/parcel.ts': workflowFile('parcel'), 'verification.config.ts': 'export default {}' };
  expect((await check(files, [], { WORKFLOWS: 'flows' })).stdout).toContain(allIsWell(['parcel'], 2));
  expect((await commands.run(['check'], project.folder, { WORKFLOWS: 'flows', BUILT_IN_WORKFLOWS: 'false' })).stdout).toContain(
    '1 workflow (parcel)',
  );
});

describe('the process of the image', () => {
  const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

  test('runs the workflows in WORKFLOWS, beside the built-in ones, with their pictures', async () => {
    project = new AuthorProject({ 'flows/parcel.ts': workflowFile('parcel') });
    expect(project.run(['diagrams', '--workflows', 'flows', '--out', 'flows/diagrams']).stdout).toBe('flows/diagrams is written\n');
    const server = await serveIn(project.folder, process.execPath, [main], { PORT: '0', LOG_LEVEL: 'silent', WORKFLOWS: 'flows' });
    const client = new Client(server.url);
    const { body } = await client.get('/v1/workflows');
    expect(body.workflows.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(['parcel', 'email-verification']));
    expect((await client.get('/diagrams/parcel.svg')).body).toContain('<svg');
    expect((await (await client.start('parcels', {})).read()).state).toBe('waiting');
    expect((await server.end('SIGTERM')).status).toBe(0);
  });

  test('ends with one line and exit code 2 for a mistake in a file, and for a folder that is not there', async () => {
    project = new AuthorProject({ 'flows/parcel.ts': "throw new Error('no')" });
    const ended = (workflows: string) =>
      serveIn(project.folder, process.execPath, [main], { PORT: '0', WORKFLOWS: workflows }).catch((error: Error) => error.message);
    expect(await ended('flows')).toBe('The process ended with 2: flows/parcel.ts:1: no\n');
    expect(await ended('none')).toBe('The process ended with 2: There is no folder none\n');
  });
});
