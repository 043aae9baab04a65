/** The ids of sessions, accounts and all other rows: UUIDs (RFC 9562). */

/** True for an id in lower case. A database would fail at any other text. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
