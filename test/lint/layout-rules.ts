/** The names and lengths of files, and the files at the top of the repository. */
import type { SourceText, Violation } from './parsed-file.ts';

/** A longer file hides a concept that deserves its own file. */
const longestFile = 300;

/** Names that say nothing about the content. */
const emptyNames = /^(index|utils?|helpers?|managers?|types?|common|misc|shared)\.|[-.](utils?|helpers?|managers?)\.ts$/;

/** A new entry is a decision about the shape of the repository, not an accident. */
const topLevel = new Set([
  '.ci',
  '.dockerignore',
  '.gitignore',
  '.npmrc',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'Dockerfile',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'biome.json',
  'compose.yaml',
  'database-role.sql',
  'diagrams',
  'docs',
  'haproxy.cfg',
  'knip.json',
  'machines',
  'package-lock.json',
  'package.json',
  'examples',
  'src',
  'test',
  'tsconfig.build.json',
  'tsconfig.json',
  'vitest.config.ts',
]);

export function badNames(paths: readonly string[]): Violation[] {
  return (
    paths
      // Readers of a package look for its entry here.
      .filter((path) => path !== 'src/index.ts' && emptyNames.test(path.split('/').at(-1) ?? ''))
      .map((path) => `${path}: name the concept, not the kind of file`)
  );
}

export function longFiles(files: readonly SourceText[]): Violation[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > longestFile ? [`${path} has ${lines} lines, more than ${longestFile}: find the concept that wants its own file`] : [];
  });
}

export function strangersAtTheTop(paths: readonly string[]): Violation[] {
  const entries = new Set(paths.map((path) => path.split('/')[0] ?? path));
  const files = paths.filter((path) => /^test\/[^/]+$/.test(path) && path !== 'test/README.md');
  return [
    ...[...entries].filter((entry) => !topLevel.has(entry)).map((entry) => `${entry} does not belong at the top of the repository`),
    ...files.map((path) => `${path} does not belong at the top of test/`),
  ];
}
