/** The documents: each rule is applied to the repository, and to a planted violation. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { paths } from './checkout.ts';
import { deadLinks, deadPaths, deadScripts, longPages, unclearComments, unclearOpenings } from './document-rules.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const documents = paths.filter((path) => path.endsWith('.md')).map((path) => ({ path, text: read(path) }));
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
const page = (text: string, path = 'README.md') => [{ path, text }];
const files = ['README.md', 'docs/limits.md', 'machines/codes-figures.ts'];

describe('the documents', () => {
  test('are read', () => {
    expect(documents.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'docs/README.md']),
    );
  });

  test('are short on the entry pages', () => {
    expect(longPages(documents)).toEqual([]);
  });

  test('link to existing files and headings', () => {
    expect(deadLinks(documents, paths)).toEqual([]);
  });

  test('name existing files, folders and scripts', () => {
    expect(deadPaths(documents, paths)).toEqual([]);
    expect(deadScripts(documents, scripts)).toEqual([]);
  });

  test('begin sentences with their subject', () => {
    expect(unclearOpenings(documents)).toEqual([]);
  });

  test('are all in the list of documents, with their kind', () => {
    const list = read('docs/README.md');
    const kinds = [...list.matchAll(/^\| (?:tutorial|how-to|reference|explanation) \| \[[^\]]+\]\(([^)]+)\) \|/gm)].map(([, link]) => link);
    const expected = documents
      .map(({ path }) => path)
      .filter((path) => !path.endsWith('README.md'))
      .map((path) => (path.startsWith('docs/') ? path.slice('docs/'.length) : `../${path}`));
    expect(kinds.toSorted()).toEqual(expected.toSorted());
  });

  test('explain every setting', () => {
    const sources = paths.filter((path) => /^src\/.*\.ts$/.test(path)).map(read);
    const settings = new Set(sources.flatMap((text) => [...text.matchAll(/\bvalue\('([A-Z_]+)'\)/g)].map(([, name = '']) => name)));
    settings.delete('NODE_ENV');
    const explained = read('docs/settings.md');
    expect(settings.size).toBeGreaterThan(25);
    expect([...settings].filter((name) => !explained.includes(`| \`${name}\``) && !explained.includes(`, \`${name}\``))).toEqual([]);
  });

  test('name every table of the database', () => {
    const tables = [...read('src/store/schema.ts').matchAll(/^ {2}(\w+): \w+Table;$/gm)].map(([, table = '']) => table);
    const database = read('docs/database.md');
    expect(tables).toContain('sessions');
    const isNamed = (table: string) =>
      database.includes(`\`${table}\``) || (table.startsWith('sandbox_') && database.includes('`sandbox_*`'));
    expect(tables.filter((table) => !isNamed(table))).toEqual([]);
  });

  test('show the example of a workflow as the file holds it', () => {
    const [, block] = /<!-- example:[^>]*-->\s*```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(block).toBe(read('examples/parcels/parcels.ts'));
  });
});

test('comments of the product begin sentences with their subject', () => {
  const sources = paths.filter((path) => /^(?:src|machines)\/.*\.(?:js|ts)$/.test(path) && !/\/(?:generated|vendor)\//.test(path));
  expect(sources.length).toBeGreaterThan(300);
  expect(unclearComments(sources.map((path) => ({ path, text: read(path) })))).toEqual([]);
});

describe('a planted violation is found:', () => {
  test('a long page', () => {
    expect(longPages(page('word '.repeat(1201)))).toEqual(['README.md has 1201 words, more than 1200']);
    expect(longPages(page('word '.repeat(1200)))).toEqual([]);
    expect(longPages(page('word '.repeat(2001), 'ARCHITECTURE.md'))).toHaveLength(1);
  });

  test('a dead link', () => {
    expect(deadLinks(page('[a](docs/gone.md)'), files)).toEqual(['README.md links to docs/gone.md, which is not there']);
    expect(deadLinks(page('# Here it is\n[a](#here-it-was)'), files)).toHaveLength(1);
    expect(deadLinks(page('# Here it is\n[a](#here-it-is) [b](docs/limits.md) [c](docs) [d](https://example.com)'), files)).toEqual([]);
    expect(deadLinks(page('[a](machines/codes-figures.ts)', 'docs/limits.md'), files)).toHaveLength(1);
    expect(deadLinks(page('[a](../machines/codes-figures.ts)', 'docs/limits.md'), files)).toEqual([]);
  });

  test('a dead file path', () => {
    expect(deadPaths(page('see `machines/policy.ts`.'), files)).toEqual(['README.md names machines/policy.ts, which is not there']);
    expect(deadPaths(page('```sh\nvitest run test/gone.test.ts\n```'), files)).toHaveLength(1);
    expect(deadPaths(page('`machines/*-figures.ts`, `machines/`, `dist/test/gone.ts`'), files)).toEqual([]);
    expect(deadPaths(page('`machines/*-policy.ts`'), files)).toHaveLength(1);
  });

  test('a dead script', () => {
    expect(deadScripts(page('run `npm run gone`'), ['check'])).toEqual(['README.md says npm run gone, which package.json does not have']);
    expect(deadScripts(page('run `npm run check`'), ['check'])).toEqual([]);
  });

  test.each([
    'What is left goes.',
    '- Nobody waits.',
    '| a | It is done |',
    'A turn begins. Whoever waits shares it.',
    '1. Whether it fails is open.',
  ])('an opening without a subject: %s', (text) => {
    expect(unclearOpenings(page(text))).toHaveLength(1);
  });

  test.each([
    '/** What is left goes. */',
    '/**\n * The turn begins. Whoever waits\n * shares it.\n */',
    '  // Nobody waits.\n  let a;',
    'let a; // Whether it fails is open.',
    '/** @returns What is left */',
    '/**\n * Begins a turn.\n * @param a It fails\n */',
  ])('a comment without a subject: %s', (text) => {
    expect(unclearComments(page(text, 'src/a.ts'))).toHaveLength(1);
  });

  test('no report if the subject is there', () => {
    expect(
      unclearComments(page("// The turn waits for\n// What a name.\nconst It = 'https://What'; // A turn. It waits.", 'src/a.ts')),
    ).toEqual([]);
    expect(unclearOpenings(page('The turn begins. It reads the row.\n\n```sh\nWhat=1\n```\n| Its row |'))).toEqual([]);
  });
});
