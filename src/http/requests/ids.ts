/** Ids in addresses. Input may have capitals (RFC 9562, 4: Swift prints them); the service stores and answers lower case. */
import type { Context } from 'hono';
import { isId } from '../../common/ids.ts';

/** @returns the id in a part of the path, in lower case; null for any other text */
export function pathId(c: Context, name = 'id'): string | null {
  const id = (c.req.param(name) ?? '').toLowerCase();
  return isId(id) ? id : null;
}
