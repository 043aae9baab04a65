import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ModelTable } from './test/support/model-table.ts';
import { PlainSummary } from './test/support/plain-summary.ts';
import { RunTimes } from './test/support/run-times.ts';
import { SlowFilesFirst } from './test/support/slow-files-first.ts';
import { databasesOf, filesOf, runNamed } from './test/support/test-runs.ts';

const sourceOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `--mode` says which run it is; `test/support/test-runs.ts` says which files each run takes. */
export default defineConfig(({ mode }) => {
  const run = runNamed(mode);
  const files = filesOf(run);
  const service = { isolate: false, globalSetup: ['test/support/built-service.ts', 'test/support/postgres-server.ts'] };
  return {
    // Examples and tests import the package by its name, and run its sources.
    resolve: {
      alias: [
        { find: /^verification-workflows$/, replacement: sourceOf('src/index.ts') },
        { find: /^verification-workflows\/client$/, replacement: sourceOf('src/client/client.js') },
        { find: /^verification-workflows\/testing$/, replacement: sourceOf('src/testing/testing.ts') },
      ],
    },
    test: {
      reporters: ['default', new ModelTable(), new RunTimes(), new PlainSummary()],
      // Quick tests wait for the database and for browsers a third of the time. The extended run has tests that fill both processors.
      maxWorkers: availableParallelism() + (run === 'test' ? 1 : 0),
      sequence: { sequencer: SlowFilesFirst },
      projects: [
        {
          extends: true,
          // The files of a worker share the modules that they import: a third of a run went into importing them for each.
          test: { name: 'unit', include: files.unit, isolate: false },
        },
        {
          extends: true,
          test: { ...service, name: 'service', include: files.service, env: { TEST_DATABASES: databasesOf[run].join() } },
        },
        {
          extends: true,
          // Its tests fill the processors with processes and browsers. A limit ends only what hangs.
          test: {
            ...service,
            name: 'extended',
            include: files.extended,
            env: { TEST_DATABASES: databasesOf.all.join() },
            testTimeout: 300_000,
            hookTimeout: 300_000,
          },
        },
      ],
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  };
});
