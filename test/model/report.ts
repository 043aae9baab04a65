/** The coverage of the suite, as numbers for a terminal, as data for the diagrams page, and as a page for people. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { statePath } from '../../src/engine/session.ts';
import type { Coverage, Share } from '../../src/testing/graph/coverage.ts';
import { withAncestors } from '../../src/testing/graph/pairs.ts';
import { sentenceOf } from '../../src/testing/graph/sentences.ts';
import type { Suite } from './suite.ts';

/** Ignored by version control; `src/http` reads it for the diagrams page. */
const folder = new URL('../../coverage/', import.meta.url);

export interface Row {
  readonly what: string;
  readonly covered: number;
  readonly of: number;
}

const titles: Readonly<Record<keyof Omit<Coverage, 'impossiblePairs'>, string>> = {
  configurations: 'configurations',
  steps: 'steps of the graph',
  states: 'states',
  transitions: 'transitions, each branch of a guard',
  timeouts: 'timeouts: 1 ms before, at, late, given up',
  resends: 'ways of a resend',
  pairs: 'pairs of transitions',
  matrix: 'events in states',
};

export function rowsOf(coverage: Coverage): Row[] {
  return Object.entries(titles).map(([name, what]) => {
    const { covered, of }: Share = coverage[name as keyof typeof titles];
    return { what, covered, of };
  });
}

/** Writes `coverage/model.json` and `coverage/model.html`. */
export function writeReport(suites: readonly Suite[]): void {
  const reports = suites.map(({ model: { workflow }, schedules, coverage }) => ({
    name: workflow.name,
    version: workflow.version,
    coverage: coverage(),
    paths: [...schedules]
      .sort((a, b) => a.steps.length - b.steps.length)
      .map((schedule) => ({
        sentence: sentenceOf(schedule),
        states: [...new Set(schedule.steps.flatMap(({ session }) => withAncestors(statePath(session.value))))],
        transitions: [...new Set(schedule.steps.flatMap(({ taken }) => taken))],
      })),
  }));
  mkdirSync(folder, { recursive: true });
  const workflows = Object.fromEntries(
    reports.map(({ name, version, coverage, paths }) => [
      name,
      {
        version,
        rows: rowsOf(coverage),
        impossiblePairs: coverage.impossiblePairs,
        states: counted(paths.flatMap(({ states }) => states)),
        transitions: counted(paths.flatMap(({ transitions }) => transitions)),
        paths,
      },
    ]),
  );
  writeFileSync(new URL('model.json', folder), JSON.stringify({ workflows }));
  writeFileSync(new URL('model.html', folder), pageOf(reports));
}

function counted(names: readonly string[]): Record<string, { paths: number }> {
  const counts: Record<string, { paths: number }> = {};
  for (const name of names) counts[name] = { paths: (counts[name]?.paths ?? 0) + 1 };
  return counts;
}

interface PageReport {
  readonly name: string;
  readonly version: number;
  readonly coverage: Coverage;
  readonly paths: readonly { readonly sentence: string }[];
}

function pageOf(reports: readonly PageReport[]): string {
  const sections = reports.map(({ name, version, coverage, paths }) => {
    const rows = rowsOf(coverage).map(({ what, covered, of }) => `<tr><td>${what}</td><td>${covered}</td><td>${of}</td></tr>`);
    const impossible = coverage.impossiblePairs.map(({ pair, reason }) => `<tr><td>${text(pair)}</td><td>${text(reason)}</td></tr>`);
    return `<section>
<h2>${name}, version ${version}</h2>
<table><thead><tr><th>What</th><th>Covered</th><th>Of</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<details><summary>${impossible.length} pairs of transitions that cannot follow one another</summary>
<table><thead><tr><th>Pair</th><th>Because</th></tr></thead><tbody>${impossible.join('')}</tbody></table></details>
<details><summary>${paths.length} paths</summary><ol>${paths.map(({ sentence }) => `<li>${text(sentence)}</li>`).join('\n')}</ol></details>
</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What the model tests cover</title>
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse } th, td { text-align: start; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #8885 } li { margin: .4rem 0 }
</style></head><body><h1>What the model tests cover</h1>
${sections.join('\n')}
</body></html>
`;
}

function text(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
