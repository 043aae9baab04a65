/** Reads single parameters of a query. Whatever a caller writes there is text that a database and a page can take, or is refused. */
import type { Context } from 'hono';
import { Problem } from './problem.ts';

/** The longest that is looked for: an email address. */
const longestParameter = 320;

/** No control characters and no halves of surrogate pairs. */
const plain = /^[^\p{Cc}\p{Cs}]+$/u;

/**
 * @returns null where it is not there
 * @throws Problem for a parameter that comes twice, is empty or too long, or holds characters that no such text has
 */
export function parameterIn(c: Context, name: string): string | null {
  const [text, ...more] = c.req.queries(name) ?? [];
  if (text === undefined) return null;
  if (!isDecodable(c.req.url)) throw invalid(name, 'The query is not percent-encoded UTF-8');
  if (more.length > 0) throw invalid(name, `${name} comes twice`);
  if (text.length > longestParameter || !plain.test(text))
    throw invalid(name, `${name} is empty, longer than ${longestParameter} characters, or holds control characters`);
  return text;
}

/** Hono leaves what can't be decoded as it is. */
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
