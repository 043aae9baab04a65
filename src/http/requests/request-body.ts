/** Reads a request's body: JSON of a bounded size that satisfies its schema. A refused body changes nothing and counts nowhere. */
import type { TSchema } from '@sinclair/typebox';
import { TypeCompiler, type ValueError } from '@sinclair/typebox/compiler';
import type { Context } from 'hono';
import { Problem } from '../problems/problem.ts';
import { asMeant, countingCodePoints, textFault } from './body-schema.ts';
import { faultIn } from './strict-json.ts';

/** Far more than any body needs, and small enough that reading it costs nothing. */
export const bodyLimitBytes = 64 * 1024;

/** The most errors in an answer. More would repeat the first ones. */
const maxErrors = 10;

/** The most errors examined: a body of 64 KiB can have thousands. */
const mostLookedAt = 50;

export type Body = Readonly<Record<string, unknown>>;

/** Reads a request's body. @throws Problem if the schema refuses it */
export type BodyReader = (c: Context) => Promise<Body>;

export function bodyReader(schema: TSchema): BodyReader {
  const check = TypeCompiler.Compile(countingCodePoints(schema));
  return async (c) => {
    const body = asMeant(schema, await readJson(c));
    if (check.Check(body) && isObject(body)) return body;
    const errors = firstOfEachPlace(check.Errors(body));
    throw new Problem('invalid-request', 'The body does not satisfy the schema', { members: { errors } });
  };
}

/** A missing value also has the wrong type. The first error at each path is the one to correct. */
function firstOfEachPlace(errors: Iterable<ValueError>): { path: string; message: string }[] {
  const places = new Map<string, string>();
  let lookedAt = 0;
  for (const { path, message, schema, value } of errors) {
    if (!places.has(path)) places.set(path, textFault(schema, value) ?? message);
    lookedAt += 1;
    if (places.size === maxErrors || lookedAt === mostLookedAt) break;
  }
  return [...places].map(([path, message]) => ({ path, message }));
}

/** Removes a byte order mark, which some programs write at the start of JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

async function readJson(c: Context): Promise<unknown> {
  const text = decoded(await c.req.arrayBuffer());
  // An event without fields needs no body.
  if (text === '') return {};
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Problem('unsupported-media-type', 'Send the body as application/json');
  const body = parsed(text);
  const fault = faultIn(text);
  if (fault !== null) throw new Problem('invalid-request', fault.message, { members: { errors: [fault] } });
  return body;
}

/** JSON is UTF-8, whatever charset its type names (RFC 8259, 8.1). In Latin-1, `José` would lose a letter, and a password would change. */
function decoded(body: ArrayBuffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw notJson('The body is not UTF-8', 'Not UTF-8');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson('The body is not JSON', 'Not JSON');
  }
}

function notJson(detail: string, message: string): Problem {
  return new Problem('invalid-request', detail, { members: { errors: [{ path: '', message }] } });
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
