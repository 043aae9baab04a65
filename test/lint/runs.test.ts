/** Each test belongs to `npm test`, to the extended run or to the long run, and the name of its file says which. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { slowest } from '../support/slow-files-first.ts';
import {
  databasesOf,
  filesOf,
  isDatabaseSuite,
  isExtended,
  isLong,
  isStoreContract,
  testFiles,
  testsOfTwoRuns,
} from '../support/test-runs.ts';

const [quick, extended, long, all] = (['test', 'extended', 'long', 'all'] as const).map((run) => {
  const { unit, service, extended: own } = filesOf(run);
  return [...unit, ...service, ...own].sort();
});

const suites = testFiles().filter(isDatabaseSuite).sort();

describe('the runs', () => {
  test('contain every test file, each once', () => {
    expect(all).toEqual(testFiles().sort());
    expect(all).toContain('test/lint/runs.test.ts');
  });

  test('share only the suites of both databases', () => {
    const again = suites.filter((file) => !isExtended(file) && !isLong(file));
    const contracts = again.filter(isStoreContract);
    expect(contracts.length).toBeGreaterThan(5);
    expect(quick?.filter((file) => extended?.includes(file))).toEqual(contracts);
    expect(quick?.filter((file) => long?.includes(file))).toEqual(again.filter((file) => !contracts.includes(file)));
    const each = [...(quick ?? []), ...(extended ?? []), ...(long ?? [])];
    expect(each.filter((file) => !all?.includes(file))).toEqual([]);
    expect(new Set(each).size).toBe(all?.length);
  });

  test('begin with existing files', () => {
    expect(slowest.filter((file) => !all?.includes(file))).toEqual([]);
  });

  test('take the embedded database where `npm test` takes that of production', () => {
    for (const other of ['extended', 'long'] as const)
      expect([...databasesOf.test, ...databasesOf[other]].sort()).toEqual([...databasesOf.all].sort());
  });

  test('differ by the names of the files', () => {
    expect(quick?.filter((file) => isExtended(file) || isLong(file))).toEqual([]);
    expect(long?.filter((file) => !isLong(file) && !suites.includes(file))).toEqual([]);
    expect(extended?.filter((file) => !isExtended(file) && !suites.includes(file))).toEqual([]);
  });
});

describe('a suite of both databases', () => {
  test('states for each of its tests whether it runs once or once per database', () => {
    const twice = suites
      .filter((file) => !isExtended(file) && !isLong(file))
      .flatMap((file) => testsOfTwoRuns(readFileSync(file, 'utf8')).map((line) => `${file}: ${line}`));
    expect(twice).toEqual([]);
  });

  test.each(["test('a', () => {});", "describe('b', () => {});", 'describe.each(others)(', "test.each([1, 2])('c', () => {});"])(
    'may not hold %s',
    (line) => {
      expect(testsOfTwoRuns(`import { a } from './a.ts';\n${line}`)).toEqual([line]);
    },
  );

  test.each(["testOnce('a', () => {});", "describeOnce('b', () => {});", 'describe.each(databaseKinds)(', 'describe.each(databases)('])(
    'may hold %s',
    (line) => {
      expect(testsOfTwoRuns(line)).toEqual([]);
    },
  );
});

describe('the scripts', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

  test('start each of the runs', () => {
    expect([scripts.test, scripts['test:extended'], scripts['test:long'], scripts['test:all']]).toEqual([
      'vitest run',
      'vitest run --mode extended',
      'vitest run --mode long',
      'vitest run --mode all',
    ]);
    const gate = readFileSync('.ci/run', 'utf8');
    expect([gate.match(/^npm test /gm), gate.match(/^npm run test:\w+ /gm)]).toEqual([['npm test '], ['npm run test:extended ']]);
  });
});
