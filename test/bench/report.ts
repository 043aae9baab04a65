/** The figures as a plain table, and as JSON. */
import { type Figure, isReached, median, ratioOf, type Sample } from './figure.ts';

const columns = ['figure', 'ours', 'yardstick', 'ratio', 'aim', 'reached'] as const;

/** One line for each figure, in aligned columns. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [columns, ...figures.map(rowOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf(figure: Figure): string[] {
  const ratio = ratioOf(figure);
  const reached = isReached(figure);
  return [
    figure.name,
    `${written(figure.ours)} ${figure.unit}`.trimEnd(),
    figure.yardstick === null ? '' : `${written(figure.yardstick)}  ${figure.yardstick.of}`,
    ratio === null ? '' : ratio.toFixed(2),
    figure.aim?.text ?? '',
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}

/** The median of the rounds, and their range. */
function written({ rounds }: Sample): string {
  if (rounds.length === 1) return rounded(rounds[0] ?? Number.NaN);
  return `${rounded(median(rounds))} (${rounded(Math.min(...rounds))} to ${rounded(Math.max(...rounds))})`;
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** All measurements, as JSON. */
export function jsonOf(figures: readonly Figure[], surroundings: Readonly<Record<string, string | number>>): string {
  const measured = figures.map((figure) => ({
    name: figure.name,
    unit: figure.unit,
    ours: { median: median(figure.ours.rounds), rounds: figure.ours.rounds },
    yardstick: figure.yardstick && { of: figure.yardstick.of, median: median(figure.yardstick.rounds), rounds: figure.yardstick.rounds },
    ratio: ratioOf(figure),
    aim: figure.aim?.text ?? null,
    reached: isReached(figure),
  }));
  return `${JSON.stringify({ surroundings, figures: measured }, null, 2)}\n`;
}
