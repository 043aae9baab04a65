/** Ends a test run with a line for each failed test and one plain line, `N passed, N failed`, for scripts and quick readers. */
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** `.ci/run` repeats the lines that begin with this word. */
const failedTest = 'FAILED';

export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failures: string[] = [];
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      const before = count.failed;
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        count[state] += 1;
        if (state === 'failed') failures.push(`${file} > ${test.fullName}: ${errors[0] === undefined ? '' : firstLine(errors[0])}`);
      }
      // A file that could not be loaded, or whose set-up threw, failed even if none of its tests did.
      for (const part of [module, ...module.children.allSuites()]) {
        if (part.errors().length === 0) continue;
        count.failed += 1;
        failures.push(`${file}: ${part.errors().map(firstLine).join('; ')}`);
      }
      if (module.state() === 'failed' && count.failed === before) {
        count.failed += 1;
        failures.push(`${file}: failed without an error`);
      }
    }
    const failed = count.failed + unhandledErrors.length;
    failures.push(...unhandledErrors.map((error) => `outside a test: ${firstLine(error)}`));
    const skipped = count.skipped + count.pending;
    const line = `${count.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    const lines = [...failures.map((failure) => `${failedTest} ${failure}`), line];
    // At exit, so that no other reporter writes after it.
    process.once('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}

function firstLine(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return message.split('\n', 1)[0] ?? '';
}
