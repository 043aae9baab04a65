/** The language of messages that a browser asks for. */
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { knownLanguage } from '../../engine/language-tags.ts';

/** Ten times the length that a browser sends. A longer header is ignored, because its parts would have to be sorted. */
const longestAcceptLanguage = 1_000;

/** The language of messages whose reader has no language in common with the templates. */
const usualLanguage = 'en';

/** RFC 5646, 4.4.1: enough for every tag of language, script, region and variant. */
const longestTag = 35;

/** @param known the languages of the templates. @returns the tag to store; null without one */
export function preferredLanguage(c: Context, known: readonly string[]): string | null {
  const header = c.req.header('accept-language');
  if (header === undefined || header.length > longestAcceptLanguage) return null;
  return accepts(c, { header: 'Accept-Language', supports: [...known], default: '', match: bestLanguage }) || null;
}

/**
 * The first wanted language that has templates. If it is English, or if no wanted language has templates, the most wanted language: the
 * message is in English anyway, and a webhook learns the person's own language.
 */
function bestLanguage(wanted: { type: string; q: number }[], { supports }: { supports: string[] }): string {
  const tags = wanted.filter(({ type, q }) => q > 0 && isLanguageTag(type)).sort((a, b) => b.q - a.q);
  const best = tags.find(({ type }) => knownLanguage(type, supports) !== null);
  const isUsual = best === undefined || knownLanguage(best.type, supports) === usualLanguage;
  return (isUsual ? tags[0]?.type : best.type) ?? '';
}

function isLanguageTag(text: string): boolean {
  return text.length <= longestTag && /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(text);
}
