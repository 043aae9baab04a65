/** Hosts that are this machine. */
import { isIPv6 } from 'node:net';

/** True if a host is the loopback interface, which other machines can't reach or intercept. Any spelling of the host counts. */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
  if (!isIPv6(plain)) return plain === 'localhost' || /^127(\.\d{1,3}){3}$/.test(plain);
  // A URL writes every IPv6 address in its shortest form.
  const { hostname } = new URL(`http://[${plain.replace(/%.*$/, '')}]`);
  return hostname === '[::1]' || hostname.startsWith('[::ffff:7f');
}
