/** Origins in the one form in which they are compared. */

/**
 * The origin as browsers send it: small letters, no default port (RFC 6454, 6.2), an IPv6 address in its shortest form. A full stop at the
 * end of a host names the same host (RFC 1034, 3.1).
 * @returns null for text that is not an origin of the web
 */
export function canonicalOrigin(text: string): string | null {
  if (!/^https?:\/\/[^/?#@\\\s*]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  url.hostname = url.hostname.replace(/\.$/, '');
  return url.origin;
}
