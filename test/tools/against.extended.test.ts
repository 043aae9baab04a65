/** `check --against` as an author types it: Markdown on the standard output, problems on the other, pictures in a folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuthorProject, allIsWell, workflowFile } from './author-project.ts';

let project: AuthorProject;
beforeEach(() => {
  project = new AuthorProject({ 'flows/parcel.ts': workflowFile('parcel') });
  expect(project.run(['diagrams', '--workflows', 'flows']).status).toBe(0);
});
afterEach(() => project.remove());

const check = (...more: string[]) => project.run(['check', '--workflows', 'flows', ...more]);

test('finds nothing in an unchanged project', () => {
  const { status, stdout, stderr } = check('--against', 'diagrams');
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
  const { status, stdout, stderr } = check('--against', 'diagrams/machines.lock.json', '--out', 'changes');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^flows\/parcel\.ts: Workflow 'parcel': the structure of version 1 changed without a new version.*: raise the version to 2/m,
  );
  expect(stdout).toContain('| parcel | 1 | 1 changed |');
  expect(stdout).toContain('![The differences of parcel](parcel.changes.svg)');
  expect(project.read('changes/changes.md')).toBe(stdout);
  expect(project.read('changes/parcel.changes.svg')).toContain('data-change="changed"');
  project.write({ 'flows/parcel.ts': workflowFile('parcel') });
  expect(check('--against', 'diagrams', '--out', 'changes').status).toBe(0);
  expect(existsSync(join(project.folder, 'changes/parcel.changes.svg'))).toBe(false);
});

test.each([
  [['--out', 'changes'], '--out is for a comparison: add --against PLACE'],
  [['--against', 'nowhere'], 'There is no nowhere: name a machines.lock.json, a folder of diagrams, or the URL of a running service'],
  [['--against', 'flows'], 'flows holds no diagrams: name the folder that verification-workflows diagrams writes'],
  [['--against', 'diagrams', '--out', 'diagrams'], 'diagrams holds the diagrams themselves: name another folder for the changes'],
  [['--against', 'http://127.0.0.1:9'], 'http://127.0.0.1:9/v1/workflows does not answer: check the URL, and that the service runs'],
])('%j is a mistake', (args, line) => {
  const { status, stdout, stderr } = check(...args);
  expect([status, stdout, stderr.trimEnd().split('\n').at(-1)]).toEqual([2, '', line]);
});
