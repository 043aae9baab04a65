/** Reads single parameters of a query. Refuses values that a database or a page can't handle. */
import type { Context } from 'hono';
import { Problem } from '../problems/problem.ts';
import { codePoints } from './body-schema.ts';

/** The longest value that is looked up: an email address. */
const longestParameter = 320;

/** No control characters and no halves of surrogate pairs. */
const plain = /^[^\p{Cc}\p{Cs}]+$/u;

/**
 * @returns null if the parameter is absent
 * @throws Problem if the parameter comes twice, is empty or too long, or holds control characters or half a surrogate pair
 */
export function parameterIn(c: Context, name: string): string | null {
  const [text, ...more] = c.req.queries(name) ?? [];
  if (text === undefined) return null;
  if (!isDecodable(c.req.url)) throw invalid(name, 'The query is not percent-encoded UTF-8');
  if (more.length > 0) throw invalid(name, `${name} comes twice`);
  if (codePoints(text) > longestParameter || !plain.test(text))
    throw invalid(name, `${name} is empty, longer than ${longestParameter} characters, or holds control characters`);
  return text;
}

/**
 * The query as the caller wrote it, without the question mark. The address is not parsed: it contains the Host header, and a caller may
 * send a host that `URL` refuses, such as `xn--a.com`.
 */
export function rawQuery(c: Context): string {
  return /^[^?#]*\?([^#]*)/.exec(c.req.url)?.[1] ?? '';
}

/** Hono leaves undecodable text unchanged. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

function invalid(path: string, message: string): Problem {
  return new Problem('invalid-request', message, { members: { errors: [{ path, message }] } });
}
