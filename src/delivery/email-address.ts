/**
 * Which email addresses are accepted, and how they are written, compared and masked. Stricter than RFC 5321 on purpose:
 * what few people have and many systems misread (quoted local parts, IP literals) is refused, not repaired.
 */
import { domainToASCII } from 'node:url';
import validator from 'validator';

export interface NormalisedEmail {
  /** To send to: the local part as typed (only its own server may know whether case matters), the domain in lower-case ASCII. */
  readonly address: string;
  /** To compare by: two addresses that differ only in case are the same person's. */
  readonly identity: string;
}

/** Nothing longer becomes an address of 254 octets (RFC 5321, 4.5.3.1) by losing spaces and being put in ASCII. */
const maxInputLength = 320;

/**
 * Letters, digits, the two marks that some languages write inside words, and the full stops of UTS 46. Everything else
 * is kept from `domainToASCII`, which reads a host out of a URL: it cuts `a.com/b` short, decodes `%2e` and drops tabs.
 */
const domainCharacters = /^[\p{L}\p{M}\p{N}\u00B7\u30FB.\u3002\uFF0E\uFF61-]+$/u;

/**
 * An encoded word (RFC 2047): mail programs show its content instead, which may be another address. The second pattern is a host behind
 * `%` or before `!`, because old servers route such mail on (RFC 1123, 5.2.16 and 5.2.17).
 */
const misleadingLocalPart = /=\?.*\?=|%[a-z0-9]|[a-z0-9]!./i;

/** @returns null for what is not an acceptable address. Spaces around it are forgiven, nothing else is. */
export function normaliseEmail(input: string): NormalisedEmail | null {
  if (input.length > maxInputLength) return null;
  const [local, domain, ...rest] = input.replace(/^ +/, '').replace(/ +$/, '').split('@');
  if (local === undefined || domain === undefined || rest.length > 0) return null;
  // isEmail below takes "quoted" local parts.
  if (local.includes('"') || misleadingLocalPart.test(local) || !domainCharacters.test(domain)) return null;
  const address = `${local}@${domainToASCII(domain)}`;
  if (!validator.isEmail(address, { allow_utf8_local_part: false, require_tld: true, allow_ip_domain: false })) return null;
  return { address, identity: address.toLowerCase() };
}

/** `j***@example.com`: enough to recognise one's own address by. Expects a normalised one. */
export function maskEmail(address: string): string {
  return `${address.slice(0, 1)}***${address.slice(address.lastIndexOf('@'))}`;
}
