/** Each example as a project of its own: it installs the packed service, and its scripts check, draw, describe and test its workflow. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProjectFolder } from './project-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let packed: string;
let archive: string;
beforeAll(() => {
  packed = mkdtempSync(join(tmpdir(), 'packed-'));
  spawnSync(process.execPath, [join(root, 'src/build/pack.js'), packed]);
  archive = join(packed, readdirSync(packed).find((name) => /^verification-workflows-\d/.test(name)) ?? 'no archive');
}, 300_000);
afterAll(() => rmSync(packed, { recursive: true, force: true }));

/** The changes break a promise, or a rule that holds of every workflow. */
describe.each([
  { name: 'moving-in', right: "onDone: 'ready'", wrong: "onDone: 'withdrawn'" },
  { name: 'tool-loan', right: "BRING_BACK: 'broughtBack'", wrong: "BRING_BACK: 'returned'" },
  { name: 'photo-book', right: "target: '#photo-book.paused' }", wrong: "target: '#photo-book.printed' }" },
])('the example $name', ({ name, right, wrong }) => {
  let project: ProjectFolder;
  beforeAll(() => {
    project = new ProjectFolder(name);
    const local = /\/(?:node_modules|coverage|client|diagrams)$/;
    cpSync(join(root, 'examples', name), project.folder, { recursive: true, filter: (path) => !local.test(path) });
    project.install(archive);
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
    const file = join(project.folder, `workflows/${name}.ts`);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(right);
    writeFileSync(file, text.replace(right, wrong));
    expect(script('test')).toMatchObject({ status: 1, stdout: expect.stringMatching(/not (?:so|covered)|promise/) });
  }, 300_000);
});
