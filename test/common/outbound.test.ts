/** Requests to other machines reach no private network that the operator did not allow, whatever the name of the host leads to. */
import type { LookupAddress } from 'node:dns';
import { describe, expect, test, vi } from 'vitest';
import { isPrivateHost, PrivateAddress, publicLookup, refusePrivate } from '../../src/common/outbound.ts';

const options = { setting: 'THEATRE_URL', connection: 'theatre', allowsPrivate: false };

const found = vi.hoisted(() => ({ addresses: [] as LookupAddress[] }));
vi.mock('node:dns', () => ({
  lookup: (_host: string, _options: object, callback: (error: null, addresses: LookupAddress[]) => void) => callback(null, found.addresses),
}));

/** @returns the addresses that a connection to the host would use, or its error */
function lookedUp(host: string, addresses: readonly string[], { all = true, allowsPrivate = false } = {}) {
  found.addresses = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise((resolve) => {
    publicLookup({ ...options, allowsPrivate })(host, { all }, (error, address) => resolve(error ?? address));
  });
}

const privateAddresses = [
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '127.0.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  '::10.0.0.1',
  '100:0:0:1::1',
  '4000::1',
];
const publicAddresses = ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '64:ff9b::5db8:d822'];

describe('a name that leads to', () => {
  test.each(privateAddresses)('%s is refused', async (address) => {
    expect(await lookedUp('theatre.example', ['93.184.216.34', address])).toBeInstanceOf(PrivateAddress);
    expect(await lookedUp('theatre.example', [address], { all: false })).toBeInstanceOf(PrivateAddress);
    expect(await lookedUp('theatre.example', [address], { allowsPrivate: true })).toMatchObject([{ address }]);
  });
  test.each(publicAddresses)('%s is used', async (address) => {
    expect(await lookedUp('theatre.example', [address])).toMatchObject([{ address }]);
    expect(await lookedUp('theatre.example', [address], { all: false })).toBe(address);
  });
});

test('only a host that is this machine by its name leads to it', async () => {
  expect(await lookedUp('localhost', ['127.0.0.1'])).toMatchObject([{ address: '127.0.0.1' }]);
  expect(isPrivateHost('http://127.0.0.1:3000/')).toBe(false);
});

test.each([
  'http://10.0.0.1/',
  'http://0x0a000001/',
  'http://167772161/',
  'http://[fe80::1]/',
  'http://[::ffff:a00:1]/',
  'http://[::a00:1]/',
  'http://0.0.0.0/',
])('the address %s is refused as it is written', (url) => {
  expect(() => refusePrivate(url, options)).toThrow(
    'THEATRE_URL leads to an address of a private network: allow it with ALLOW_PRIVATE=theatre',
  );
  expect(() => refusePrivate(url, { ...options, allowsPrivate: true })).not.toThrow();
});
