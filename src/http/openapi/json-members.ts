/** The members of objects in plain JSON. */

/** A JSON value that is an object. */
export type JsonMembers = { readonly [member: string]: unknown };

export function isMembers(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the object; an empty one for any other value */
export function membersOf(value: unknown): JsonMembers {
  return isMembers(value) ? value : {};
}

export function mapMembers(members: JsonMembers, change: (value: unknown, name: string) => unknown): JsonMembers {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value, name)]));
}
