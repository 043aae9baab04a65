/**
 * The accepted email addresses, and how they are written, compared and masked. The rules are stricter than RFC 5321 on purpose: forms
 * that few people have and many systems misread (quoted local parts, IP literals) are refused, not repaired.
 */
import { domainToASCII } from 'node:url';
import validator from 'validator';

export interface NormalisedEmail {
  /** To send to: the local part as typed (only its own server knows if case matters), the domain in lower-case ASCII. */
  readonly address: string;
  /** To compare by: two addresses that differ only in case belong to the same person. */
  readonly identity: string;
}

/** A longer input exceeds the 254 octets of an address (RFC 5321, 4.5.3.1) even after trimming and conversion to ASCII. */
const maxInputLength = 320;

/**
 * Letters, digits, the two marks that some languages write inside words, and the full stops of UTS 46. Other characters must not reach
 * `domainToASCII`, which parses a host out of a URL: it cuts `a.com/b` short, decodes `%2e` and drops tabs.
 */
const domainCharacters = /^[\p{L}\p{M}\p{N}\u00B7\u30FB.\u3002\uFF0E\uFF61-]+$/u;

/**
 * The first pattern is an encoded word (RFC 2047): mail programs show its decoded content, which may be another address. The second is a
 * host after `%` or before `!`: old servers forward such mail to that host (RFC 1123, 5.2.16 and 5.2.17).
 */
const misleadingLocalPart = /=\?.*\?=|%[a-z0-9]|[a-z0-9]!./i;

/** @returns the normalised address; null if it is not acceptable. Only surrounding spaces are repaired */
export function normaliseEmail(input: string): NormalisedEmail | null {
  if (input.length > maxInputLength) return null;
  const [local, domain, ...rest] = input.replace(/^ +/, '').replace(/ +$/, '').split('@');
  if (local === undefined || domain === undefined || rest.length > 0) return null;
  // isEmail below accepts "quoted" local parts.
  if (local.includes('"') || misleadingLocalPart.test(local) || !domainCharacters.test(domain)) return null;
  const address = `${local}@${domainToASCII(domain)}`;
  if (!validator.isEmail(address, { allow_utf8_local_part: false, require_tld: true, allow_ip_domain: false })) return null;
  return { address, identity: address.toLowerCase() };
}

/** `j***@example.com`: enough for people to recognise their own address. Expects a normalised address. */
export function maskEmail(address: string): string {
  return `${address.slice(0, 1)}***${address.slice(address.lastIndexOf('@'))}`;
}
