/** A figure: the measurements of each round, its yardstick in the same rounds, and its target. */

/** The measurements of one subject, by round. */
export interface Sample {
  /** The subject: `ours`, or the yardstick's name. */
  readonly of: string;
  readonly rounds: readonly number[];
}

export interface Aim {
  readonly text: string;
  readonly holds: (figure: { readonly ours: number; readonly ratio: number | null }) => boolean;
}

export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: Sample;
  readonly yardstick: Sample | null;
  readonly aim: Aim | null;
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** @param sorted in ascending order */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The median of the ratios of the rounds: a slow round slows down both sides. */
export function ratioOf({ ours, yardstick }: Figure): number | null {
  if (yardstick === null) return null;
  return median(ours.rounds.map((value, round) => value / (yardstick.rounds[round] ?? Number.NaN)));
}

/** @returns null for a figure without a target */
export function isReached(figure: Figure): boolean | null {
  return figure.aim?.holds({ ours: median(figure.ours.rounds), ratio: ratioOf(figure) }) ?? null;
}

export function atLeastTimes(factor: number): Aim {
  return { text: `≥ ${Number(factor.toFixed(2))} ×`, holds: ({ ratio }) => ratio !== null && ratio >= factor };
}

export function atMostTimes(factor: number): Aim {
  return { text: `≤ ${Number(factor.toFixed(2))} ×`, holds: ({ ratio }) => ratio !== null && ratio <= factor };
}

export function atLeast(value: number): Aim {
  return { text: `≥ ${value.toLocaleString('en')}`, holds: ({ ours }) => ours >= value };
}
