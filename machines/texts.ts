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

/** The texts by language; null for a value that is no text. */
export function textsOf(value: unknown): Readonly<Record<string, string>> | null {
  if (typeof value === 'string') return { en: value };
  if (typeof value !== 'object' || value === null) return null;
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.some(([language]) => language === 'en') && texts.length === Object.keys(value).length ? Object.fromEntries(texts) : null;
}

/** The screen of a state, as its `meta` describes it. Null for parts that it lacks. */
export interface Screen {
  readonly screen: string | null;
  readonly title: Readonly<Record<string, string>> | null;
  readonly help: Readonly<Record<string, string>> | null;
}

/** Reads the `meta` of a state. */
export function screenOf(meta: unknown): Screen {
  const { screen, title, help } = (typeof meta === 'object' && meta !== null ? meta : {}) as Readonly<Record<string, unknown>>;
  return { screen: typeof screen === 'string' ? screen : null, title: textsOf(title), help: textsOf(help) };
}
