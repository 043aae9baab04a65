/** The processes that the benchmark started, so that none outlives it. */
import type { ChildProcess } from 'node:child_process';

const living = new Set<ChildProcess>();

export const processes = {
  add(child: ChildProcess): void {
    living.add(child);
    child.once('exit', () => living.delete(child));
  },
  ids(): number[] {
    return [...living].map(({ pid }) => pid ?? 0);
  },
  /** Ends them at once, with SIGKILL. */
  endAll(): void {
    for (const child of living) child.kill('SIGKILL');
  },
};
