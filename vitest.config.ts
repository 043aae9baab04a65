import { defineConfig } from 'vitest/config';
import { ModelTable } from './test/support/model-table.ts';
import { PlainSummary } from './test/support/plain-summary.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/built-service.ts', 'test/support/postgres-server.ts'],
    reporters: ['default', new ModelTable(), new PlainSummary()],
    // The model tests wait for the database half of the time: a worker more than vitest would take of two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
