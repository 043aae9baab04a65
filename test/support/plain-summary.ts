/** Ends a test run with one plain line, `N passed, N failed`, for scripts and quick readers. */
import type { Reporter, TestModule } from 'vitest/node';

export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      const before = count.failed;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that could not be loaded, or whose set-up threw, failed even if none of its tests did.
      if (module.state() === 'failed' && count.failed === before) count.failed += 1;
    }
    const failed = count.failed + unhandledErrors.length;
    const skipped = count.skipped + count.pending;
    const line = `${count.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // At exit, so that no other reporter writes after it.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
