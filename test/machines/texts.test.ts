import { describe, expect, test } from 'vitest';
import { durationInWords, screenOf, textsOf } from '../../machines/texts.ts';

const MINUTE = 60_000;

test.each([
  [5 * MINUTE, 'en', '5 minutes'],
  [MINUTE, 'en', '1 minute'],
  [90 * MINUTE, 'en', '90 minutes'],
  [36 * 60 * MINUTE, 'en', '36 hours'],
  [7 * 24 * 60 * MINUTE, 'en', '1 week'],
  [90_000, 'en', '90 seconds'],
  [1_500, 'en', '2 seconds'],
  [5 * MINUTE, 'de', '5 Minuten'],
])('%i ms in %s are %s', (ms, language, words) => {
  expect(durationInWords(ms, language)).toBe(words);
});

describe('the texts of a screen', () => {
  test('are in English, or by language with English among them', () => {
    expect(textsOf('Done')).toEqual({ en: 'Done' });
    expect(textsOf({ en: 'Done', de: 'Fertig' })).toEqual({ en: 'Done', de: 'Fertig' });
    for (const other of [{ de: 'Fertig' }, { en: 1 }, { en: 'Done', de: null }, 1, null, undefined]) expect(textsOf(other)).toBeNull();
  });

  test('come from the `meta` of its state', () => {
    expect(screenOf({ screen: 'done', title: 'Done' })).toEqual({ screen: 'done', title: { en: 'Done' }, help: null });
    expect(screenOf(undefined)).toEqual({ screen: null, title: null, help: null });
  });
});
