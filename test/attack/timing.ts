/** Compares the times of two kinds of requests. */

export interface Comparison {
  readonly pairs: number;
  /** The medians, in milliseconds. */
  readonly medians: readonly [number, number];
  /**
   * The share of pairs in which the first kind took longer than the second (Mann and Whitney's U): a half if both have the same
   * distribution.
   */
  readonly share: number;
  /** The distance of the share from a half, in standard deviations of the share under chance. */
  readonly deviations: number;
}

/**
 * Times requests of each kind in turn, so that other work on the machine affects all kinds alike.
 * @returns the times of each kind, in milliseconds
 */
export async function timesOf(rounds: number, ...kinds: readonly ((n: number) => Promise<unknown>)[]): Promise<number[][]> {
  const measured = kinds.map((request) => ({ request, times: [] as number[] }));
  for (let n = 0; n < rounds; n += 1) {
    // Each kind comes first as often as last, and before another kind as often as after it.
    const from = n % measured.length;
    const turned = [...measured.slice(from), ...measured.slice(0, from)];
    if (Math.floor(n / measured.length) % 2 === 1) turned.reverse();
    for (const { request, times } of turned) {
      const begun = performance.now();
      await request(n);
      times.push(performance.now() - begun);
    }
  }
  return measured.map(({ times }) => times);
}

/** @param first as many times as `second` has */
export function compared(first: readonly number[] = [], second: readonly number[] = []): Comparison {
  const pairs = first.length;
  const share = shareLonger(first, second);
  const chance = Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs));
  return { pairs, medians: [median(first), median(second)], share, deviations: (share - 0.5) / chance };
}

function shareLonger(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((time) => ({ time, kind: 0 })), ...second.map((time) => ({ time, kind: 1 }))].sort((a, b) => a.time - b.time);
  let shorter = 0;
  let longer = 0;
  for (const { kind } of all) {
    if (kind === 1) shorter += 1;
    else longer += shorter;
  }
  return longer / (first.length * second.length);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
