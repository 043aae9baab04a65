/** The parsing and the checks of single settings. */

/** A missing or invalid setting. The message is one line for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface NamedKey {
  readonly name: string;
  readonly key: string;
}

/** Reads the value of a setting; null if it is missing or empty. */
export type Value = (name: string) => string | null;

/** @throws ConfigError that says what the setting must be */
export function checked(name: string, text: string | null, meaning: string, valid: (text: string) => boolean): string | null {
  if (text !== null && !valid(text)) throw new ConfigError(`${name} must be ${meaning}`);
  return text;
}

/**
 * The URL of a server with a user and a password. A password with an unencoded `/` or `?` ends the host early, and the rest of the password
 * would be a path.
 * @throws ConfigError that says what the setting must be, and does not repeat the password
 */
export function serverUrlOf(name: string, text: string | null, meaning: string, valid: (text: string) => boolean): string | null {
  if (text !== null && hasOpenPassword(text))
    throw new ConfigError(`${name}: in the user and the password, write / as %2F, ? as %3F, # as %23 and % as %25 (percent-encoding)`);
  return checked(name, text, meaning, valid);
}

function hasOpenPassword(text: string): boolean {
  const [, authority = '', rest = ''] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  if (!rest.includes('@')) return false;
  if (!URL.canParse(text)) return true;
  if (authority.includes('@')) return false;
  // An option in the query may contain the sign.
  return rest.includes('#') || (rest.split('?', 1)[0] ?? '').includes('@');
}

/** True for a URL of such a protocol. `URL` would take the comma of a list into the host. */
export function isUrlOf(...protocols: string[]): (text: string) => boolean {
  return (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol) && !/[,;]/.test(new URL(text).host);
}

export function isHostName(text: string): boolean {
  return /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text);
}

/**
 * The URL with its scheme and host in small letters, without the default port, and without the full stop that may end a host. Clients
 * compare issuers and origins as texts.
 * @returns the text itself if it is no URL of the web
 */
export function canonicalUrl(text: string): string {
  if (!/^https?:\/\/[^/\\\s]/i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  url.hostname = url.hostname.replace(/\.$/, '');
  return url.href;
}

/** The items of a list separated by commas. */
export function listOf(text: string | null): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** @throws ConfigError */
export function namedKeysOf(name: string, text: string | null): NamedKey[] {
  if (text === null) return [];
  const keys = listOf(text).map((pair) => {
    const parts = /^([A-Za-z0-9._-]{1,32})\s*:\s*([\x21-\x7e]+)$/.exec(pair);
    if (!parts?.[1] || !parts[2]) throw new ConfigError(`${name} must be name:key pairs of visible ASCII characters, separated by commas`);
    return { name: parts[1], key: parts[2] };
  });
  if (new Set(keys.map((key) => key.name)).size < keys.length) throw new ConfigError(`${name} names a key twice`);
  return keys;
}

/** True for a secret of 24 bytes at least (Standard Webhooks). */
export function isWebhookSecret(text: string): boolean {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  return key !== undefined && Buffer.from(key, 'base64').length >= 24;
}
