/** `check --against` as an author types it: Markdown on the standard output, problems on the other, pictures in a folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AuthorProject, allIsWell, workflowFile } from './author-project.ts';
import { CommandProcess } from './command-process.ts';

let commands: CommandProcess;
let project: AuthorProject;
beforeAll(() => {
  commands = new CommandProcess();
});
beforeEach(async () => {
  project = new AuthorProject({ 'flows/parcel.ts': workflowFile('parcel') });
  expect((await commands.run(['diagrams', '--workflows', 'flows'], project.folder)).status).toBe(0);
});
afterEach(() => project.remove());
afterAll(() => commands.end());

const against = (...more: string[]) => ['check', '--workflows', 'flows', ...more];
const check = (...more: string[]) => commands.run(against(...more), project.folder);
/** After a change of a file: a process that has loaded the file does not read it again. */
const checkAnew = (...more: string[]) => project.run(against(...more));

test('finds nothing in an unchanged project', async () => {
  const { status, stdout, stderr } = await check('--against', 'diagrams');
  expect([status, stderr]).toEqual([0, `${allIsWell(['parcel'], 2)}\n`]);
  expect(stdout).toBe(`# Workflows of this deployment

Compared with \`diagrams\`. Sessions are not counted: set \`DATABASE_URL\`.

| Workflow | Version | Structure | Move | Stay | Stranded |
| --- | --- | --- | --- | --- | --- |
| parcel | 1 | the same | ? | ? | ? |
`);
});

test('draws the differences, and names the file whose version must be raised', () => {
  project.write({ 'flows/parcel.ts': workflowFile('parcel', { state: "after: { week: { target: 'over', reenter: true } }" }) });
  const { status, stdout, stderr } = checkAnew('--against', 'diagrams/machines.lock.json', '--out', 'changes');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^flows\/parcel\.ts: Workflow 'parcel': the structure of version 1 changed without a new version.*: raise the version to 2/m,
  );
  expect(stdout).toContain('| parcel | 1 | 1 changed |');
  expect(stdout).toContain('![The differences of parcel](parcel.changes.svg)');
  expect(project.read('changes/changes.md')).toBe(stdout);
  expect(project.read('changes/parcel.changes.svg')).toContain('data-change="changed"');
  project.write({ 'flows/parcel.ts': workflowFile('parcel') });
  expect(checkAnew('--against', 'diagrams', '--out', 'changes').status).toBe(0);
  expect(existsSync(join(project.folder, 'changes/parcel.changes.svg'))).toBe(false);
});

test.each([
  [['--out', 'changes'], '--out is for a comparison: add --against PLACE'],
  [['--against', 'nowhere'], 'There is no nowhere: name a machines.lock.json, a folder of diagrams, or the URL of a running service'],
  [['--against', 'flows'], 'flows holds no diagrams: name the folder that verification-workflows diagrams writes'],
  [['--against', 'diagrams', '--out', 'diagrams'], 'diagrams holds the diagrams themselves: name another folder for the changes'],
  [['--against', 'http://127.0.0.1:9'], 'http://127.0.0.1:9/v1/workflows does not answer: check the URL, and that the service runs'],
])('%j is a mistake', async (args, line) => {
  const { status, stdout, stderr } = await check(...args);
  expect([status, stdout, stderr.trimEnd().split('\n').at(-1)]).toEqual([2, '', line]);
});
