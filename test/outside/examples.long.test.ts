/**
 * Each example, and the workflow of the guide, as a project of its own: it installs the packed service, and its scripts check, draw,
 * describe and test its workflow.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ProjectFolder } from './project-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let packed: string;
let archive: string;
/** The installed packages of the examples, by what their `package.json` asks for. */
const installations = new Map<string, ProjectFolder>();
beforeAll(() => {
  packed = mkdtempSync(join(tmpdir(), 'packed-'));
  spawnSync(process.execPath, [join(root, 'src/build/pack.js'), packed]);
  archive = join(packed, readdirSync(packed).find((name) => /^verification-workflows-\d/.test(name)) ?? 'no archive');
}, 300_000);
afterAll(() => {
  rmSync(packed, { recursive: true, force: true });
  for (const installation of installations.values()) installation.remove();
});

/** A copy of an example's project, with the packed service. */
function installed(example: string): ProjectFolder {
  const project = new ProjectFolder(example);
  const local = /\/(?:node_modules|coverage|client|diagrams)$/;
  cpSync(join(root, 'examples', example), project.folder, { recursive: true, filter: (path) => !local.test(path) });
  symlinkSync(join(installationFor(project).folder, 'node_modules'), join(project.folder, 'node_modules'), 'junction');
  return project;
}

/** An installation takes longer than most tests, so projects that ask for the same packages share one. */
function installationFor(project: ProjectFolder): ProjectFolder {
  const manifest = project.read('package.json');
  const { dependencies, devDependencies } = JSON.parse(manifest);
  const packages = JSON.stringify([dependencies, devDependencies]);
  const installation = installations.get(packages) ?? new ProjectFolder('installation');
  if (installations.has(packages)) return installation;
  installations.set(packages, installation);
  writeFileSync(join(installation.folder, 'package.json'), manifest);
  installation.install(archive);
  return installation;
}

function change(project: ProjectFolder, path: string, right: string, wrong: string): void {
  const text = project.read(path);
  expect(text).toContain(right);
  writeFileSync(join(project.folder, path), text.replace(right, wrong));
}

/** The changes break a promise, or a rule that holds of every workflow. */
describe.each([
  { name: 'moving-in', right: "onDone: 'ready'", wrong: "onDone: 'withdrawn'" },
  { name: 'tool-loan', right: "BRING_BACK: 'broughtBack'", wrong: "BRING_BACK: 'returned'" },
  { name: 'photo-book', right: "target: '#photo-book.paused' }", wrong: "target: '#photo-book.printed' }" },
])('the example $name', ({ name, right, wrong }) => {
  let project: ProjectFolder;
  beforeAll(() => {
    project = installed(name);
  }, 300_000);
  afterAll(() => project.remove());

  const script = (called: string) => project.run('npm', ['run', '--silent', called]);

  test('compiles, and could start', () => {
    expect(script('check')).toMatchObject({ status: 0, stdout: expect.stringContaining(`1 workflow (${name})`), stderr: '' });
  });

  test('draws its machine, and writes its client', () => {
    expect(script('diagrams')).toMatchObject({ status: 0, stderr: '' });
    expect(project.read(`diagrams/${name}.svg`)).toContain('<svg');
    expect(script('client')).toMatchObject({ status: 0, stderr: '' });
    expect(project.read('client/generated/workflow-types.d.ts')).toContain(`'${name}'`);
  });

  test('keeps its promises on every path, and a changed machine breaks one', () => {
    const tested = script('test');
    expect(tested, tested.stdout).toMatchObject({ status: 0 });
    expect(tested.stdout).toContain(`${name}: each move in each state, over HTTP`);
    change(project, `workflows/${name}.ts`, right, wrong);
    expect(script('test')).toMatchObject({ status: 1, stdout: expect.stringMatching(/not (?:so|covered)|promise/) });
  }, 300_000);
});

describe('the guide', () => {
  const file = 'workflows/book-loan.ts';
  const [, text = ''] = /<!-- guide: .* -->\s+```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/guide.md'), 'utf8')) ?? [];
  let project: ProjectFolder;
  beforeAll(() => {
    project = installed('moving-in');
    rmSync(join(project.folder, 'workflows'), { recursive: true });
    mkdirSync(join(project.folder, 'workflows'));
  }, 300_000);
  beforeEach(() => writeFileSync(join(project.folder, file), text));
  afterAll(() => project.remove());

  const command = (name: string) => project.run('node_modules/.bin/verification-workflows', [name]);

  test('builds a workflow that compiles and keeps its promises', () => {
    expect(project.run('npm', ['run', '--silent', 'check'])).toMatchObject({ status: 0, stderr: '' });
    const tested = command('test');
    expect(tested, tested.stderr).toMatchObject({ status: 0 });
  }, 300_000);

  test('shows a mistake in a name, and a broken promise', () => {
    change(project, file, "params: { notice: 'book-due'", "params: { notice: 'book-dew'");
    expect(command('check')).toMatchObject({ status: 1, stderr: expect.stringContaining("no module brings the notice 'book-dew'") });
    writeFileSync(join(project.folder, file), text);
    change(project, file, "RENEW: { target: 'lent', reenter: true }", "RENEW: 'returned'");
    expect(command('test').status).toBe(1);
  }, 300_000);
});
