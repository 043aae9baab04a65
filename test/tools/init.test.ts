/** The files of a new project, and the package that it depends on. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { initProject } from '../../src/tools/init/init.ts';
import { ownDependency } from '../../src/tools/init/own-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('a new project', () => {
  test('has a workflow with its own name everywhere', () => {
    const project = join(folder, 'My Tables');
    initProject({ folder: project, name: 'table-hold' });
    const workflow = readFileSync(join(project, 'workflows/table-hold.ts'), 'utf8');
    expect(workflow).not.toContain('appointment');
    for (const text of ["defineWorkflow('table-hold'", "collection: 'table-holds'", "'table-hold-offered'"])
      expect(workflow).toContain(text);
    const { name, dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect([name, Object.keys(dependencies)]).toEqual(['my-tables', ['verification-workflows']]);
    expect(readFileSync(join(project, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  });

  test('may be made beside other files, and overwrites none', () => {
    write('archive.tgz', '');
    expect(initProject({ folder, name: null })).toHaveLength(7);
    rmSync(join(folder, 'package.json'));
    expect(() => initProject({ folder, name: null })).toThrow(
      / has tsconfig\.json, \.gitignore, verification\.config\.ts, workflows\/appointment\.ts, workflows\/appointment\.test\.ts, README\.md already: name an empty folder/,
    );
  });

  test.each(['Table', 'table_hold', '', 'x'.repeat(60), '9lives'])("can't have a workflow named '%s'", (name) => {
    expect(() => initProject({ folder: join(folder, 'none'), name })).toThrow(/ is no name of a workflow/);
  });

  test.each(['codes', 'email-verification'])("can't have a workflow named '%s', which is built in", (name) => {
    expect(() => initProject({ folder: join(folder, 'none'), name })).toThrow(/ is the name of a built-in module or workflow/);
  });
});

describe('the package that a new project depends on', () => {
  const own = 'npx/node_modules/verification-workflows/package.json';
  const dependency = (resolved: string | null) => {
    write(own, '{ "name": "verification-workflows", "version": "1.2.3" }');
    if (resolved !== null)
      write('npx/node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/verification-workflows': { resolved } } }));
    return ownDependency(join(folder, 'project'), join(folder, own));
  };

  test.each([
    ['the archive, by its path', 'file:../archives/v.tgz', 'file:../archives/v.tgz'],
    ['the archive in its folder', 'file:../project/v.tgz', 'file:./v.tgz'],
    ['the archive at an address', 'https://example.com/v.tgz', 'https://example.com/v.tgz'],
    ['the version of the registry', 'https://registry.example/verification-workflows/-/verification-workflows-1.2.3.tgz', '^1.2.3'],
    ['its version, without a note of npm', null, '^1.2.3'],
  ])('is %s', (_, resolved, expected) => {
    expect(dependency(resolved)).toBe(expected);
  });

  test('is the repository, if the command runs there', () => {
    write('repository/package.json', '{ "name": "verification-workflows", "version": "1.2.3" }');
    expect(ownDependency(join(folder, 'project'), join(folder, 'repository/package.json'))).toBe('file:../repository');
  });
});

test.each(['README.md', 'docs/guide.md', 'docs/command.md'])('the archive in a command of %s is found from any folder', (page) => {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const archives = [...text.matchAll(/npx --package (\S+)/g)].map(([, archive]) => archive);
  expect(archives.length).toBeGreaterThan(0);
  for (const archive of archives) expect(archive).toMatch(/^"\$PWD\/.*\.tgz"$/);
});
