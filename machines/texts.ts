/** Texts for people: in one language or several, and durations in words. */

/** A text in English, or one text for each BCP 47 language, English among them. */
export type Text = string | ({ readonly en: string } & Readonly<Record<string, string>>);

const units = [
  ['week', 7 * 24 * 60 * 60_000],
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A duration in words, in the largest unit of which it is a whole number: `5 minutes`, `36 hours`. */
export function durationInWords(ms: number, language = 'en'): string {
  const [unit, length] = units.find(([, each]) => ms >= each && ms % each === 0) ?? (['second', 1000] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.round(ms / length));
}
