/** Ids in addresses. Input may have capitals (RFC 9562, 4: Swift prints them); the service stores and answers lower case. */
import type { Context } from 'hono';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for an id in lower case. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** @returns the id in a part of the path, in lower case; null for any other text */
export function pathId(c: Context, name = 'id'): string | null {
  const id = (c.req.param(name) ?? '').toLowerCase();
  return isId(id) ? id : null;
}
