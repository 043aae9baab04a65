/** The language of messages that a browser asks for. */
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { knownLanguage, localeTag, namesLanguage } from '../../common/language-tags.ts';

/** Ten times the length that a browser sends. A longer header is ignored, because its parts would have to be sorted. */
const longestAcceptLanguage = 1_000;

/** The most tags that are looked at. People choose a handful. */
const mostTags = 20;

/** The language of messages whose reader has no language in common with the templates. */
const usualLanguage = 'en';

/** @param known the languages of the templates. @returns the tag to store; null without one */
export function preferredLanguage(c: Context, known: readonly string[]): string | null {
  const header = c.req.header('accept-language');
  if (header === undefined || header.length > longestAcceptLanguage) return null;
  return accepts(c, { header: 'Accept-Language', supports: [...known], default: '', match: bestLanguage }) || null;
}

/**
 * The first wanted language that has templates. If it is English, or if no wanted language has templates, the most wanted language: the
 * message is in English anyway, and a webhook learns the person's own language.
 * @param wanted the most wanted first
 */
function bestLanguage(wanted: { type: string; q: number }[], { supports }: { supports: string[] }): string {
  const tags = wanted
    .filter(({ q }) => q > 0)
    .slice(0, mostTags)
    // Some programs of telephones send the locale of the system: `de_AT`.
    .map(({ type }) => localeTag(type))
    .filter(namesLanguage);
  const best = tags.find((tag) => knownLanguage(tag, supports) !== null);
  const isUsual = best === undefined || knownLanguage(best, supports) === usualLanguage;
  return (isUsual ? tags[0] : best) ?? '';
}
