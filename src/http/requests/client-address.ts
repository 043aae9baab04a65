/** The client that a request counts for: its address, as far as the service can trust it. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Caller } from '../../engine/ports.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Prefixes: an address and the number of its leading bits that count. */
export type TrustedProxies = readonly (readonly [Address, number])[];

/** A household or a server gets a /64 of IPv6 and can use every address in it. */
const ipv6PrefixBits = 64;

/**
 * The network around one client, whose addresses one customer of a provider can rent together. A site gets a /48 of IPv6 (RFC 6177, 2),
 * and a /24 is the smallest block of IPv4 with a route of its own.
 */
const networkPrefixBits = { ipv4: 24, ipv6: 48 } as const;

/** Bits of an IPv4-mapped IPv6 address that stand before the IPv4 address. */
const mappedPrefixBits = 96;

/**
 * The client of requests without a peer address: a client that disconnects early leaves none. These requests count together, or
 * disconnecting would bypass the limits.
 */
const nowhere = 'unknown';

/** All programs of this machine count as one client. The peer address identifies them; headers are not trusted for that. */
export const thisMachine = 'loopback';

/**
 * @param list addresses and prefixes: `10.0.0.0/8`, `::1`
 * @throws Error that names the entry if one is neither
 */
export function trustedProxies(list: readonly string[]): TrustedProxies {
  return list.map((entry) => {
    const prefix = parsePrefix(entry);
    if (!prefix) throw new Error(`'${entry}' is neither an address nor a prefix such as 10.0.0.0/8`);
    return prefix;
  });
}

/**
 * The nearest hop that is no trusted proxy. Each proxy appends the address of its peer on the right, so a client can invent the entries
 * further left. If a proxy names no address, the proxy itself is counted.
 * @param peer the address of the connection's other end
 * @param forwardedFor X-Forwarded-For; several headers are joined with commas
 * @returns the key to count under: an IPv4 address, an IPv6 prefix, `loopback` or `unknown`
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined, trusted: TrustedProxies): string {
  const nearest = parseAddress(peer ?? '');
  if (nearest === null) return nowhere;
  const hops = isTrusted(nearest, trusted) ? hopsOf(forwardedFor ?? '') : [];
  if (hops.length === 0 && nearest.range() === 'loopback') return thisMachine;
  return countedAs(farthestBelievable(nearest, hops, trusted));
}

/** @returns the peer whose share of connections is used; null for this machine and for a trusted proxy */
export function connectionHolder(peer: string | undefined, trusted: TrustedProxies): string | null {
  const nearest = parseAddress(peer ?? '');
  if (nearest !== null && isTrusted(nearest, trusted)) return null;
  const client = clientAddress(peer, undefined, trusted);
  return client === thisMachine ? null : client;
}

/**
 * The address of the person whom a server calls for: the nearest hop that is no trusted proxy, or null. Only servers with a client key are
 * believed, from any address.
 */
function namedAddress(forwardedFor: string | undefined, trusted: TrustedProxies): string | null {
  for (const hop of hopsOf(forwardedFor ?? '').toReversed()) {
    const address = parseAddress(withoutPort(hop));
    if (address === null) return null;
    if (!isTrusted(address, trusted)) return countedAs(address);
  }
  return null;
}

/** The facts about a request that identify its caller. */
interface Received {
  /** The address of the peer. */
  readonly peer: string | undefined;
  /** The X-Forwarded-For header; several headers are joined with commas. */
  readonly forwardedFor: string | undefined;
  /** The name of the client key; null without one. */
  readonly clientKey: string | null;
}

/** The caller of a request, as far as the service can trust its headers. */
export function requestCaller({ peer, forwardedFor, clientKey }: Received, trusted: TrustedProxies): Caller {
  const client = clientKey === null ? clientAddress(peer, forwardedFor, trusted) : null;
  const address = client ?? namedAddress(forwardedFor, trusted);
  return { client, address, network: address === null ? null : networkOf(address), clientKey };
}

/** The most proxies that one process names in its log, because any client can send the header from ever new addresses. */
const mostWarnings = 100;

/**
 * Warns of untrusted proxies that send X-Forwarded-For, because all people behind such a proxy count as one client.
 * @param warn called once for each address
 */
export function untrustedProxyWarning(
  trusted: TrustedProxies,
  warn: (peer: string) => void,
): (received: Omit<Received, 'clientKey'>) => void {
  const warned = new Set<string>();
  return ({ peer, forwardedFor }) => {
    const address = forwardedFor === undefined ? null : parseAddress(peer ?? '');
    if (address === null || warned.size >= mostWarnings || isTrusted(address, trusted)) return;
    const name = address.toString();
    if (warned.has(name)) return;
    warned.add(name);
    warn(name);
  };
}

/**
 * The network of a client: the /24 of an IPv4 address, the /48 of an IPv6 address.
 * @param client from `clientAddress`, or as a header writes an address: with a port, in brackets, or IPv4 as IPv6
 * @returns the prefix; for a client that is no address, its own text, so that these count together
 */
export function networkOf(client: string): string {
  const address = parseAddress(withoutPort(client.replace(/\/\d{1,3}$/, '')));
  return address === null ? client : prefixOf(address, networkPrefixBits[address.kind()]);
}

function farthestBelievable(nearest: Address, hops: readonly string[], trusted: TrustedProxies): Address {
  let client = nearest;
  for (const hop of hops.toReversed()) {
    const before = isTrusted(client, trusted) ? parseAddress(withoutPort(hop)) : null;
    if (before === null) break;
    client = before;
  }
  return client;
}

/** The most hops that are read. Entries further left are invented. */
const longestChain = 50;

/** An empty element of a list has no meaning (RFC 9110, 5.6.1.2). */
function hopsOf(header: string): string[] {
  return header
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
    .slice(-longestChain);
}

/** Some proxies write `1.2.3.4:567` and `[::1]:567`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
}

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some(([prefix, bits]) => prefix.kind() === address.kind() && address.match(prefix, bits));
}

function countedAs(address: Address): string {
  return address instanceof ipaddr.IPv4 ? address.toString() : prefixOf(address, ipv6PrefixBits);
}

function prefixOf(address: Address, bits: number): string {
  if (address instanceof ipaddr.IPv4) return `${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/${bits}`).toRFC5952String()}/${bits}`;
}

/**
 * An IPv4 address written as IPv6 is the IPv4 address. A zone (`%eth0`) only names an interface of this machine. Node decides which text is
 * an address: the library also accepts 127.1 and octal digits.
 */
function parseAddress(text: string): Address | null {
  return isIP(text) === 0 ? null : ipaddr.process(text.replace(/%.*$/, ''));
}

function parsePrefix(entry: string): readonly [Address, number] | null {
  const [written = '', length, ...rest] = entry.split('/');
  const start = withoutPort(written);
  const address = parseAddress(start);
  if (!address || rest.length > 0) return null;
  const longest = address.kind() === 'ipv4' ? 32 : 128;
  if (length === undefined) return [address, longest];
  const isMapped = address.kind() === 'ipv4' && isIP(start) === 6;
  const bits = Number(length) - (isMapped ? mappedPrefixBits : 0);
  return /^\d{1,3}$/.test(length) && bits >= 0 && bits <= longest ? [address, bits] : null;
}
