/** The values that a session can hold: a jsonb column returns them unchanged. */

/** Deeper than any context of an explorable graph. Bounds the recursion and finds cycles. */
const mostLevels = 20;

/**
 * @returns the value as the database returns it: without undefined members, and undefined itself unchanged
 * @throws Error that names the first member that would be lost or altered
 */
export function storable<T>(value: T, name: string): T {
  return value === undefined ? value : (kept(value, name, 0) as T);
}

function kept(value: unknown, name: string, level: number): unknown {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Error(`${name} is ${value}, which JSON does not keep`);
      return value;
    case 'string':
      if (!isKeptText(value)) throw new Error(`${name} holds a NUL or half of a surrogate pair, which PostgreSQL does not keep`);
      return value;
    case 'object':
      return value === null ? null : keptObject(value, name, level);
    default:
      throw new Error(`${name} is of the type ${typeof value}, which JSON does not keep`);
  }
}

function keptObject(value: object, name: string, level: number): unknown {
  if (level >= mostLevels) throw new Error(`${name} has more than ${mostLevels} levels, or contains itself`);
  if (Array.isArray(value)) return Array.from(value, (item, index) => kept(item, `${name}.${index}`, level + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Error(`${name} is not a plain object, so JSON would lose its type`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const wrong = members.find(([key]) => !isKeptText(key));
  if (wrong) throw new Error(`${name} has a member whose name PostgreSQL does not keep`);
  return Object.fromEntries(members.map(([key, member]) => [key, kept(member, `${name}.${key}`, level + 1)]));
}

/** True if PostgreSQL can store the text: it stores neither NUL nor half a surrogate pair. */
function isKeptText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}
