/** ARCHITECTURE.md, as far as it can be held to the code. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');

test('names every table', () => {
  const schema = readFileSync(new URL('src/store/schema.ts', root), 'utf8');
  const tables = [...schema.matchAll(/^ {2}(\w+): \w+Table;$/gm)].map(([, table]) => table ?? '');
  expect(tables).toContain('sessions');
  const named = (table: string) => page.includes(`\`${table}\``) || (table.startsWith('sandbox_') && page.includes('`sandbox_*`'));
  expect(tables.filter((table) => !named(table))).toEqual([]);
});

test('links to what is there', () => {
  const links = [...page.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path]) => path ?? '');
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => `#${heading?.toLowerCase().replaceAll(' ', '-')}`);
  const missing = links.filter((link) => (link.startsWith('#') ? !headings.includes(link) : !existsSync(new URL(link, root))));
  expect(links.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
