/** The words on a screen of the sandbox: the machine's title and help, in the reader's language. */
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../../src/web/play/words.js';

const state = { screen: 'visit', state: 'planned', description: 'The visit is planned.', isWaiting: false, data: {}, languages: ['en'] };
const heading = { en: 'Your visit', de: 'Ihr Besuch' };
const help = { en: 'Tell us if you come later.' };

describe('a screen', () => {
  test.each([
    [['de-AT', 'en'], 'Ihr Besuch'],
    [['fr', 'de'], 'Ihr Besuch'],
    [['fr'], 'Your visit'],
    [[], 'Your visit'],
  ])('is in the language of a reader of %j', (languages, title) => {
    expect(wordsOf({ ...state, heading, help, languages })).toEqual({ title, text: 'Tell us if you come later.' });
  });

  test('without texts shows its name and the description of its state', () => {
    expect(wordsOf(state)).toEqual({ title: 'Visit', text: 'The visit is planned.' });
    expect(wordsOf({ ...state, screen: null })).toEqual({ title: '', text: 'The visit is planned.' });
  });

  test('of a state in which the person can only wait says what happens', () => {
    expect(wordsOf({ ...state, heading, help, isWaiting: true })).toEqual({ title: 'Your visit', text: 'The visit is planned.' });
  });
});
