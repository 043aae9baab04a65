/** Prints a table per workflow at the end of a run that had model tests: coverage and cost. */
import type { Reporter, TestModule } from 'vitest/node';

export class ModelTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const metas = modules.flatMap((module) => [...module.children.allTests()]).map((each) => ({ meta: each.meta(), ok: each.ok() }));
    const lines = metas.flatMap(({ meta: { coverage } }) => {
      if (!coverage) return [];
      const { workflow, rows, paths, impossiblePairs } = coverage;
      const { guessesPerCode, sendsPerCode, codesPerSession } = coverage.limits;
      const counts = rows.map(({ what, covered, of }) => `  ${what.padEnd(46)}${String(covered).padStart(6)} of ${of}`);
      const drives = metas.flatMap(({ meta: { drive }, ok }) => {
        if (drive?.workflow !== workflow) return [];
        const { mode, limits, sessions, requests, seconds } = drive;
        const figures = Object.values(limits).join('/');
        return `  ${mode.padEnd(46)}${String(sessions).padStart(6)} sessions, ${requests} requests, limits ${figures}, ${Math.round(seconds)} s${ok ? '' : ', FAILED'}`;
      });
      return [
        '',
        `Model of ${workflow}, ${guessesPerCode} guesses, ${sendsPerCode} sends, ${codesPerSession} codes: ${paths} paths, ${impossiblePairs} pairs of transitions that cannot follow one another`,
        ...counts,
        ...drives,
      ];
    });
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  }
}
