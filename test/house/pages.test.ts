/** The pages for people link only to existing files and headings of the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The anchors that GitHub makes of headings. */
function anchorsIn(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(['README.md', 'OPERATING.md', 'ARCHITECTURE.md', 'SECURITY.md'])('%s links to what is there', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(5);
  const missing = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : path;
    return !existsSync(target) || (anchor !== undefined && target.endsWith('.md') && !anchorsIn(target).includes(anchor));
  });
  expect(missing).toEqual([]);
});
