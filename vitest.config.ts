import { defineConfig } from 'vitest/config';
import { PlainSummary } from './test/support/plain-summary.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    reporters: ['default', new PlainSummary()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
