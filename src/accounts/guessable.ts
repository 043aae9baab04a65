/**
 * Passwords made of words that a guesser tries first: the address, the service's name, or a common word, each surrounded by a year,
 * digits or punctuation (NIST SP 800-63B-4, 3.1.1.2: context-specific words and their derivatives).
 */

import { furtherWords } from './further-words.ts';

/** Shorter words occur inside many others. */
const shortestWord = 3;

/** An address can have over a hundred parts. A person's address has fewer than this. */
const mostWords = 32;

/** Digits besides a year: a day and a month, or four digits of a card. More digits are hard to guess by themselves. */
const mostDigits = 4;

/** Punctuation that people put around words and dates. More is hard to guess by itself, unless it is one mark again and again. */
const mostMarks = 6;

/** A guesser also tries a known word with fewer further letters than this. */
const fewLetters = 4;

/** 2026, 20260914 or 14092026. */
const year = /(?<!\d)(?:(?:19|20)\d\d(?:(?:0\d|1[0-2])[0-3]\d)?|[0-3]\d(?:0\d|1[0-2])(?:19|20)\d\d)(?!\d)/g;
const mark = /[^\p{L}\p{N}]/gu;

/** Characters that people write for a letter. `1` stands for two letters. */
const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '+': 't',
  '(': 'c',
  '|': 'l',
  '€': 'e',
};

/** Letters of other alphabets that look like Latin ones (Unicode Technical Standard 39). */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'i', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ѕ: 's', т: 't', у: 'y', х: 'x' },
  ...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x' },
};

export interface Core {
  /** In lower case without accents, also without the words of the context if any were removed. */
  readonly text: string;
  /** True if a year or a word of the context was removed. */
  readonly isReduced: boolean;
}

/**
 * @param email the address of the account
 * @returns the words that a guesser who knows the person and the service tries first, the most telling first
 */
export function contextWords(email: string, serviceName: string): string[] {
  const [local = '', domain = ''] = email.split('@');
  const labels = domain.split('.').slice(0, -1);
  const words = [email, local, ...partsOf(local), domain, ...labels, ...labels.flatMap(partsOf), serviceName, ...partsOf(serviceName)];
  const usable = words.flatMap((word) => [word.toLowerCase(), plain(word)]).filter((word) => word.length >= shortestWord);
  return [...new Set(usable)].slice(0, mostWords);
}

/** @returns the password without year, digits, punctuation and known words, once for each way to read its digits as letters */
export function coresOf(password: string, words: readonly string[]): Core[] {
  const typed = password.normalize('NFKC').toLowerCase();
  const yearless = typed.replace(year, '');
  const trimmed = [yearless, withoutEnd(yearless)].flatMap((text) => [text, withoutStart(text)]);
  const spellings = trimmed.flatMap((text) => [text, spelled(text, 'i'), spelled(text, 'l')]);
  const known = [...new Set(words.map(plain).flatMap((word) => [word, reversed(word)]))].sort((a, b) => b.length - a.length);
  const cores = new Map<string, Core>();
  for (const spelling of new Set(spellings)) {
    const marks = spelling.match(mark) ?? [];
    if (marks.length > mostMarks && new Set(marks).size > 1) continue;
    const whole = plain(spelling);
    const rest = known.reduce((left, word) => left.replaceAll(word, ''), whole);
    const isReduced = yearless !== typed || rest !== whole;
    for (const text of [rest, withoutEnd(rest), withoutStart(rest)])
      cores.set(text, { text, isReduced: isReduced || cores.get(text)?.isReduced === true });
  }
  return [...cores.values()];
}

const further = new Set(furtherWords.map(plain));

/** True if a core is a common password in a language that the estimator does not know. */
export function isFurtherWord({ text }: Core): boolean {
  return further.has(text);
}

/** True if a core is too short to protect anything. A longer core can still be a common word. */
export function isNothing({ text, isReduced }: Core): boolean {
  return isReduced && Array.from(text).length < fewLetters;
}

function spelled(text: string, one: string): string {
  return Array.from(text, (character) => (character === '1' ? one : (leet[character] ?? lookalikes[character] ?? character))).join('');
}

/** Removes punctuation, and digits unless there are many. */
function withoutEnd(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}]+$/u, '')
    .replace(new RegExp(`(?<!\\d)\\d{1,${mostDigits}}$`), '')
    .replace(/[^\p{L}\p{N}]+$/u, '');
}

function withoutStart(text: string): string {
  return text
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(new RegExp(`^\\d{1,${mostDigits}}(?!\\d)`), '')
    .replace(/^[^\p{L}\p{N}]+/u, '');
}

function partsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}

/** Letters and digits alone, without accents. */
function plain(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(mark, '');
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join('');
}
