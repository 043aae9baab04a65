/**
 * The run of each test file. `npm test` contains the quick files, on the database of production. The extended run contains the files named
 * `*.extended.test.ts`, and the contracts of stores on the embedded database. The long run is for releases: the gate has no time for it. It
 * contains the files named `*.long.test.ts`, and the suites of the service on the embedded database. `npm run test:all` is all runs at once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** `test` is vitest's own name for the mode of a run that names none. */
export type RunName = 'test' | 'extended' | 'long' | 'all';

const runNames: readonly RunName[] = ['test', 'extended', 'long', 'all'];

/** @param mode the mode of vitest. In Vite's own modes only tools read the configuration, and they should see every test */
export function runNamed(mode: string): RunName {
  if (mode === 'development' || mode === 'production') return 'all';
  const run = runNames.find((name) => name === mode);
  if (run === undefined) throw new Error(`There is no test run “${mode}”: ${runNames.join(', ')}`);
  return run;
}

/** The databases of each run, for suites that come once per database. `npm test` uses the database of production. */
export const databasesOf: Readonly<Record<RunName, readonly string[]>> = {
  test: ['PostgreSQL'],
  extended: ['PGlite'],
  long: ['PGlite'],
  all: ['PGlite', 'PostgreSQL'],
};

/**
 * Tests that reach one of these modules or files are not unit tests: databases, browsers and child processes take seconds to start,
 * the layout of diagrams and the exploration of whole graphs take seconds of computing.
 */
const heavyModules = ['pg', '@electric-sql/pglite', 'playwright-core', 'node:child_process', 'elkjs/lib/elk.bundled.js'];
const heavyFiles = ['src/testing/graph/step-graph.ts'];

const texts = new Map<string, string>();

export function testFiles(): string[] {
  const paths = readdirSync(join(root, 'test'), { encoding: 'utf8', recursive: true });
  return paths.filter((path) => path.endsWith('.test.ts')).map((path) => `test/${path.replaceAll('\\', '/')}`);
}

export function isExtended(file: string): boolean {
  return file.endsWith('.extended.test.ts');
}

export function isLong(file: string): boolean {
  return file.endsWith('.long.test.ts');
}

/** A suite of both databases: its tests come once per database that the run has. */
export function isDatabaseSuite(file: string): boolean {
  return importsDatabases(file, /\bdatabase(Kind)?s\b/);
}

/** A suite that holds the stores of both databases to one contract, without a service. */
export function isStoreContract(file: string): boolean {
  return importsDatabases(file, /\bdatabases\b/);
}

function importsDatabases(file: string, wanted: RegExp): boolean {
  return importsOf(file).some(({ names, from }) => wanted.test(names) && /\/support\/(databases|service)\.ts$/.test(from));
}

export interface RunFiles {
  readonly unit: string[];
  readonly service: string[];
  /** Files of the extended run and of the long one, which no other run has. */
  readonly extended: string[];
}

/** The files of a run by the project that they belong to. */
export function filesOf(run: RunName): RunFiles {
  const files = testFiles().sort();
  const quick = files.filter((file) => !isExtended(file) && !isLong(file));
  const has = (name: RunName) => run === name || run === 'all';
  const again = quick.filter(isDatabaseSuite);
  const onEmbedded = run === 'extended' ? again.filter(isStoreContract) : again.filter((file) => !isStoreContract(file));
  return {
    unit: has('test') ? quick.filter(isUnitTest) : [],
    service: has('test') ? quick.filter((file) => !isUnitTest(file)) : onEmbedded,
    extended: files.filter((file) => (isExtended(file) && has('extended')) || (isLong(file) && has('long'))),
  };
}

/** @returns the tests of a database suite that would be in two runs: those outside `describe.each(databaseKinds)` and `describeOnce` */
export function testsOfTwoRuns(text: string): string[] {
  return text.match(/^(?:describe|test)\b(?!\.each\(database(?:Kind)?s\)).*$/gm) ?? [];
}

/** A test that imports no heavy module or file, directly or indirectly. */
function isUnitTest(file: string): boolean {
  const seen = new Set<string>();
  const waiting = [file];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    if (heavyFiles.includes(next)) return false;
    seen.add(next);
    for (const { from } of importsOf(next)) {
      if (heavyModules.includes(from)) return false;
      if (/^\.\.?\/.*\.[jt]s$/.test(from)) waiting.push(posix.join(posix.dirname(next), from));
    }
  }
  return true;
}

interface Import {
  readonly names: string;
  readonly from: string;
}

/** Imports of types are left out, because they run nothing. */
function importsOf(file: string): Import[] {
  const found = /^(?:import|export)(?! type\b)([^'";]*)'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...textOf(file).matchAll(found)].map(([, names = '', from, late = '']) => ({ names, from: from ?? late }));
}

function textOf(file: string): string {
  const known = texts.get(file);
  if (known !== undefined) return known;
  let text: string;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch {
    text = '';
  }
  texts.set(file, text);
  return text;
}
