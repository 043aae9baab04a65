/** The known word that a misspelt one probably means. */

/** More than two differing letters are another word. */
const mostDifferences = 2;

/** @returns the hint for the nearest known word; the empty string if none is near */
export function nearest(word: string, known: readonly string[], hint: (nearby: string) => string): string {
  const [best] = known
    .map((each) => ({ each, distance: each.startsWith(word) && word.length > 2 ? 1 : distanceOf(word, each) }))
    .filter(({ distance }) => distance <= mostDifferences)
    .toSorted((a, b) => a.distance - b.distance);
  return best === undefined ? '' : hint(best.each);
}

/** The number of letters to insert, delete or replace (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [column, compared] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === compared ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
