/** The lock file contains the packages of every platform: without them `npm ci` refuses to install. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dependencies?: Names; readonly optionalDependencies?: Names; readonly version?: string } | undefined>
  >;
}

type Names = Readonly<Record<string, string>>;

test('every needed package is locked, including those for other platforms', () => {
  expect(missing(JSON.parse(readFileSync('package-lock.json', 'utf8')))).toEqual([]);
});

test('a package that is not locked is reported', () => {
  const addon = { version: '1.0.0', optionalDependencies: { 'addon-linux': '1.0.0', 'addon-darwin': '1.0.0' } };
  const packages = { 'node_modules/addon': addon, 'node_modules/addon-linux': { version: '1.0.0' } };
  expect(missing({ packages })).toEqual(['node_modules/addon needs addon-darwin']);
});

function missing({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([path, found]) =>
    Object.keys({ ...found?.dependencies, ...found?.optionalDependencies })
      .filter((name) => !places(path).some((place) => packages[`${place}node_modules/${name}`] !== undefined))
      .map((name) => `${path} needs ${name}`),
  );
}

/** The folders in which a package looks for others: its own, then those around it. */
function places(path: string): string[] {
  const parts = path.split('/node_modules/');
  return ['', ...parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`)];
}
