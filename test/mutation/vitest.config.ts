/** The tests of the step, run on the file that STEP_MUTANT names. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mutant = process.env['STEP_MUTANT'] ?? '';

export default defineConfig({
  root,
  plugins: [
    {
      name: 'step-mutant',
      enforce: 'pre',
      resolveId: (source) => (/(^|\/)step\.ts$/.test(source) && !source.includes('mutant') ? mutant : null),
    },
  ],
  server: { fs: { strict: false } },
  test: { include: ['test/engine/{step*,detached-tasks,lasting-tasks,child-session*}.test.ts'], testTimeout: 30_000 },
});
