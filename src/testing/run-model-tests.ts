/** The model tests of several workflows, with a line for each check: for a command. */
import { GraphTooLarge } from './graph/step-graph.ts';
import { type ModelOptions, WorkflowModel } from './model-checks.ts';

export interface ModelRun extends ModelOptions {
  /** The workflows to test. */
  readonly names: readonly string[];
  readonly say: (line: string) => void;
  /** Prints a line about a fault. */
  readonly complain: (line: string) => void;
}

/** A check that takes longer shows its time. */
const noticeableMs = 1_000;

/** @returns the number of failed checks */
export async function runModelTests({ names, say, complain, ...options }: ModelRun): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const name of names) {
    const model = new WorkflowModel(name, options);
    for (const check of model.checks()) {
      const begun = performance.now();
      const fault = await check.run().then(
        () => null,
        (error: unknown) => error,
      );
      const ms = performance.now() - begun;
      const time = ms < noticeableMs ? '' : ` (${(ms / 1000).toFixed(1)} s)`;
      if (fault === null) {
        passed += 1;
        say(`ok    ${check.name}${time}`);
        continue;
      }
      failed += 1;
      complain(`FAIL  ${check.name}${time}`);
      complain(indented(fault instanceof Error ? fault.message : String(fault)));
      // Every other check explores the same graph.
      if (fault instanceof GraphTooLarge) break;
    }
    for (const line of model.table()) say(line);
  }
  say(`${passed} passed, ${failed} failed${failed === 0 ? ': coverage/model.html shows the paths' : ''}`);
  return failed;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
