/** The relying party: the name under which browsers keep passkeys, and the pages that may use them. */
import { isIP } from 'node:net';

export interface RelyingParty {
  /** The RP id: a domain. A passkey works on its pages and on those of its subdomains. */
  readonly id: string;
  /** The origins of the pages and apps that may use passkeys. */
  readonly origins: readonly string[];
  /** The name that people read. */
  readonly name: string;
}

/** True for a domain. WebAuthn refuses IP addresses. */
export function isDomain(text: string): boolean {
  const isName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
  // A last label of digits makes a URL an IPv4 address.
  return isName && isIP(text) === 0 && !/(^|\.)\d+$/.test(text);
}

/** True if browsers let a page of this origin use the passkeys of an RP id. */
export function belongsTo(origin: string, id: string): boolean {
  if (isAppOrigin(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  const isSecure = protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname.endsWith('.localhost')));
  return isSecure && (hostname === id || hostname.endsWith(`.${id}`));
}

/** The origin that Android reports for an app: the hash of the certificate that signed it. */
export function isAppOrigin(origin: string): boolean {
  return /^android:apk-key-hash:[\w-]{43}$/.test(origin);
}
