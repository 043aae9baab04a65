/** ISO 8601 durations of fixed length: days, hours, minutes and seconds. Years and months vary in length. */

const pattern = /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,3}))?S)?)?$/;

/** @returns milliseconds; null for any other text */
export function parseDuration(text: string): number | null {
  const parts = pattern.exec(text);
  if (!parts) return null;
  const [days, hours, minutes, seconds] = parts.slice(1, 5).map((part) => Number(part ?? 0));
  const milliseconds = Number((parts[5] ?? '').padEnd(3, '0'));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000 + milliseconds;
}
