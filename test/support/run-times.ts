/** Ends a test run with its duration and its slowest files, so that a slower file is noticed. */
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

const shown = 10;

export class RunTimes implements Reporter {
  #begun = 0;

  onTestRunStart(): void {
    this.#begun = performance.now();
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length < shown) return;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1).padStart(7)} s`;
    const times = modules.map((module) => {
      const { collectDuration, duration, setupDuration } = module.diagnostic();
      return { file: relative(process.cwd(), module.moduleId), ms: collectDuration + duration + setupDuration };
    });
    const slowest = times.sort((a, b) => b.ms - a.ms).slice(0, shown);
    const lines = slowest.map(({ file, ms }) => `${seconds(ms)}  ${file}`);
    process.stdout.write(`\nThe run took ${seconds(performance.now() - this.#begun).trim()}. The slowest files:\n${lines.join('\n')}\n`);
  }
}
