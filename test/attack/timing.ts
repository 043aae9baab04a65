/** Whether two kinds of requests can be told apart by their time. */

export interface Comparison {
  readonly pairs: number;
  /** Medians, in milliseconds. */
  readonly medians: readonly [number, number];
  /**
   * How often one of the first kind took longer than one of the second, of all that can be paired (Mann and Whitney's U as a
   * share): a half when their times have the same distribution.
   */
  readonly share: number;
  /** How far the share is from a half, in standard deviations of what chance alone makes of it. */
  readonly deviations: number;
}

/** Times both kinds in turn, so that whatever else the machine does falls on both alike. */
export async function compareTimes(
  pairs: number,
  first: (n: number) => Promise<unknown>,
  second: (n: number) => Promise<unknown>,
): Promise<Comparison> {
  const times: [number[], number[]] = [[], []];
  const timed = async (kind: 0 | 1, n: number) => {
    const begun = performance.now();
    await (kind === 0 ? first(n) : second(n));
    times[kind].push(performance.now() - begun);
  };
  for (let n = 0; n < pairs; n += 1) {
    const order = n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const kind of order) await timed(kind, n);
  }
  const share = shareLonger(...times);
  const chance = Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs));
  return { pairs, medians: [median(times[0]), median(times[1])], share, deviations: (share - 0.5) / chance };
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
