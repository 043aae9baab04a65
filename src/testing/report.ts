/** The coverage of the suite, as numbers for a terminal, as data for the diagrams page, and as a page for people. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workflow } from '../../machines/workflow.ts';
import { statePath } from '../engine/session.ts';
import type { Coverage, Share } from './graph/coverage.ts';
import { withAncestors } from './graph/pairs.ts';
import type { Paths } from './graph/paths.ts';
import { sentenceOf } from './graph/sentences.ts';

/** In the working directory; `src/http` reads it there for the diagrams page. */
const folder = 'coverage';

/** The paths of one workflow. */
export interface Reported extends Paths {
  readonly workflow: Pick<Workflow, 'name' | 'version'>;
}

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

/** A workflow in `coverage/model.json`. */
interface WorkflowReport {
  readonly version: number;
  readonly rows: readonly Row[];
  readonly impossiblePairs: Coverage['impossiblePairs'];
  readonly states: Readonly<Record<string, { readonly paths: number }>>;
  readonly transitions: Readonly<Record<string, { readonly paths: number }>>;
  readonly paths: readonly { readonly sentence: string; readonly states: readonly string[]; readonly transitions: readonly string[] }[];
}

type Reports = Readonly<Record<string, WorkflowReport>>;

/** Writes `coverage/model.json` and `coverage/model.html`. Workflows that an earlier run reported stay. */
export function writeReport(reported: readonly Reported[]): void {
  const reports = Object.fromEntries(reported.map((each) => [each.workflow.name, reportOf(each)]));
  mkdirSync(folder, { recursive: true });
  const workflows = { ...earlierReports(), ...reports };
  write('model.json', JSON.stringify({ workflows }));
  write('model.html', pageOf(workflows));
}

/** Writes `coverage/mutation.json`. @param workflows by name */
export function writeMutations(workflows: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true });
  write('mutation.json', JSON.stringify({ workflows }));
}

/** A reader never sees half a file. */
function write(name: string, content: string): void {
  const aside = join(folder, `.${name}.${process.pid}`);
  writeFileSync(aside, content);
  renameSync(aside, join(folder, name));
}

function earlierReports(): Reports {
  try {
    const { workflows }: { readonly workflows: Reports } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
    return workflows;
  } catch {
    return {};
  }
}

function reportOf({ workflow: { version }, schedules, coverage }: Reported): WorkflowReport {
  const covered = coverage();
  const paths = [...schedules]
    .sort((a, b) => a.steps.length - b.steps.length)
    .map((schedule) => ({
      sentence: sentenceOf(schedule),
      states: [...new Set(schedule.steps.flatMap(({ session }) => withAncestors(statePath(session.value))))],
      transitions: [...new Set(schedule.steps.flatMap(({ taken }) => taken))],
    }));
  return {
    version,
    rows: rowsOf(covered),
    impossiblePairs: covered.impossiblePairs,
    states: counted(paths.flatMap(({ states }) => states)),
    transitions: counted(paths.flatMap(({ transitions }) => transitions)),
    paths,
  };
}

function counted(names: readonly string[]): Record<string, { paths: number }> {
  const counts: Record<string, { paths: number }> = {};
  for (const name of names) counts[name] = { paths: (counts[name]?.paths ?? 0) + 1 };
  return counts;
}

function pageOf(reports: Reports): string {
  const sections = Object.entries(reports).map(([name, { version, rows, impossiblePairs, paths }]) => {
    const cells = rows.map(({ what, covered, of }) => `<tr><td>${what}</td><td>${covered}</td><td>${of}</td></tr>`);
    const impossible = impossiblePairs.map(({ pair, reason }) => `<tr><td>${text(pair)}</td><td>${text(reason)}</td></tr>`);
    return `<section>
<h2>${name}, version ${version}</h2>
<table><thead><tr><th>What</th><th>Covered</th><th>Of</th></tr></thead><tbody>${cells.join('')}</tbody></table>
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
