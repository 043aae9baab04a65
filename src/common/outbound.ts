/**
 * Requests to other machines whose addresses are settings: to backends, webhooks and providers. No request follows a redirect, reads more
 * than 64 kB of an answer, or reaches a private network that the operator did not allow.
 */
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher } from 'undici';
import { isLoopback } from './loopback.ts';

/** Answers of a few fields fit many times. A larger one is a page of another server, or an attack on the memory. */
export const mostAnswerBytes = 64 * 1024;

export interface OutboundOptions {
  /** The setting with the address. */
  readonly setting: string;
  /** The name of the connection in `ALLOW_PRIVATE`. */
  readonly connection: string;
  readonly allowsPrivate: boolean;
}

/** The address lies in a private network. The message is for the operator. */
export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
  readonly code = 'ERR_PRIVATE_ADDRESS';

  constructor({ setting, connection }: Pick<OutboundOptions, 'setting' | 'connection'>) {
    super(`${setting} leads to an address of a private network: allow it with ALLOW_PRIVATE=${connection}, or correct the address`);
  }
}

/** @returns the error itself or the one that it wraps; null if no address is private */
export function privateAddressIn(error: unknown): PrivateAddress | null {
  if (error instanceof PrivateAddress) return error;
  return error instanceof Error && error.cause !== undefined ? privateAddressIn(error.cause) : null;
}

/** The answer has more than `mostAnswerBytes`. */
class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly code = 'ERR_ANSWER_TOO_LARGE';

  constructor() {
    super(`The answer has more than ${mostAnswerBytes} bytes`);
  }
}

/** @returns true if the host of an http(s) URL is written as an address of a private network. False for this machine's own */
export function isPrivateHost(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isLoopback(host) && isPrivate(host);
}

/** @throws PrivateAddress. The look-up of names does not see hosts that are written as addresses */
export function refusePrivate(url: string, options: OutboundOptions): void {
  if (!options.allowsPrivate && isPrivateHost(url)) throw new PrivateAddress(options);
}

/**
 * Connections that check the address of a host after its look-up, so that no name leads to a private network. A host that is this machine
 * by its name (`localhost`) may.
 */
export function outboundAgent(options: OutboundOptions & { readonly timeoutMs: number; readonly connections: number }): Agent {
  const { timeoutMs, connections } = options;
  return new Agent({
    connections,
    connect: { timeout: timeoutMs, lookup: publicLookup(options) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

/** A look-up for `net.connect` that fails for a name with a private address. */
export function publicLookup(options: OutboundOptions): LookupFunction {
  return (host, lookupOptions: LookupOptions, callback) => {
    lookup(host, { ...lookupOptions, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error(`${host} has no address`), '', 0);
        return;
      }
      if (!options.allowsPrivate && !isLoopback(host) && addresses.some(({ address }) => isPrivate(address))) {
        callback(new PrivateAddress(options), '', 0);
        return;
      }
      if (lookupOptions.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Prefixes by which a network reaches IPv4 addresses over IPv6 (RFC 6052). The last four bytes are the address. */
const translated: readonly string[] = ['rfc6052', 'rfc6145'];

/** The one block of IPv6 from which public addresses are assigned (RFC 4291, 2.4). All others are for special uses, or for none yet. */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** True for every address outside the public internet: of this machine, of a private network, of the link, or of no host at all. */
function isPrivate(address: string): boolean {
  const parsed = ipaddr.process(address.replace(/%.*$/, ''));
  const range: string = parsed.range();
  if (translated.includes(range)) return isPrivate(parsed.toByteArray().slice(-4).join('.'));
  return range !== 'unicast' || (parsed instanceof ipaddr.IPv6 && !parsed.match(publicIpv6));
}

/** @throws AnswerTooLarge */
export async function boundedText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) {
      body.destroy();
      throw new AnswerTooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
