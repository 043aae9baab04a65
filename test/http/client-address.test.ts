import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientAddress, networkOf, requestCaller, trustedProxies, untrustedProxyWarning } from '../../src/http/requests/client-address.ts';

const nobody = trustedProxies([]);
const proxies = trustedProxies([
  '10.0.0.0/8',
  '192.0.2.7',
  '127.0.0.1',
  '::1',
  '2001:db8:ff::/48',
  '::ffff:172.16.0.0/108',
  'fe80::1%eth0',
  '[2001:DB8:AA::1]',
  '[2001:db8:bb::]/48',
  '198.18.0.1:8080',
]);

test('a chain of more proxies than are plausible is not read to its end', () => {
  const chain = (proxiesBetween: number) => ['203.0.113.5', ...Array.from({ length: proxiesBetween }, () => '10.0.0.1')].join(', ');
  expect(clientAddress('10.0.0.1', chain(49), proxies)).toBe('203.0.113.5');
  expect(clientAddress('10.0.0.1', chain(50), proxies)).toBe('10.0.0.1');
});

describe('clientAddress without proxies', () => {
  test.each([
    ['an IPv4 address whole', '203.0.113.5', '203.0.113.5'],
    ['an IPv4 address written as IPv6 like itself', '::ffff:203.0.113.5', '203.0.113.5'],
    ['… in hexadecimal as well', '::ffff:cb00:7105', '203.0.113.5'],
    ['an IPv6 address by its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['another one of the same /64 alike', '2001:DB8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['one of the next /64 apart', '2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['one that is mostly zeros', '2001:db8::1', '2001:db8::/64'],
    ['one with a zone', 'fe80::1%eth0', 'fe80::/64'],
    ['one with a zone of its own kind', 'fe80::1%br-lan.1', 'fe80::/64'],
    ['a private address', '10.0.0.1', '10.0.0.1'],
    ['a connection that is gone', undefined, 'unknown'],
    ['what is no address', '/run/service.sock', 'unknown'],
  ])('counts %s', (_case, peer, counted) => {
    expect(clientAddress(peer, undefined, nobody)).toBe(counted);
  });

  test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('counts this machine as one client: %s', (peer) => {
    expect(clientAddress(peer, undefined, nobody)).toBe('loopback');
    expect(clientAddress(peer, undefined, proxies)).toBe('loopback');
    expect(clientAddress(peer, '', proxies)).toBe('loopback');
  });

  test('ignores a header from an untrusted peer', () => {
    expect(clientAddress('203.0.113.5', '198.51.100.1', nobody)).toBe('203.0.113.5');
    expect(clientAddress('203.0.113.5', '198.51.100.1', proxies)).toBe('203.0.113.5');
    expect(clientAddress('127.0.0.1', '198.51.100.1', nobody)).toBe('loopback');
    expect(clientAddress(undefined, '198.51.100.1', proxies)).toBe('unknown');
  });
});

describe('clientAddress behind trusted proxies', () => {
  test.each([
    ['one proxy', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['a proxy on this machine', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a proxy that is an IPv4 address written as IPv6', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['a proxy of an IPv4 prefix that was written as IPv6', '172.31.0.1', '198.51.100.1', '198.51.100.1'],
    ['a proxy of an IPv6 prefix', '2001:db8:ff:1::5', '2001:db8:7:7::1', '2001:db8:7:7::/64'],
    ['a proxy with a zone', 'fe80::1%eth1', '198.51.100.1', '198.51.100.1'],
    ['a proxy set in brackets and capitals', '2001:db8:aa::1', '198.51.100.1', '198.51.100.1'],
    ['a proxy of a prefix set in brackets', '2001:db8:bb::9', '198.51.100.1', '198.51.100.1'],
    ['a proxy set with a port', '198.18.0.1', '198.51.100.1', '198.51.100.1'],
    ['two proxies', '10.1.2.3', '198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['a client that invents entries', '10.1.2.3', '1.1.1.1, 10.9.9.9, 198.51.100.1', '198.51.100.1'],
    ['a client that invents entries, two proxies', '10.1.2.3', '10.9.9.9, 198.51.100.1, 10.4.4.4', '198.51.100.1'],
    ['headers joined without spaces', '10.1.2.3', '1.1.1.1,198.51.100.1,10.4.4.4', '198.51.100.1'],
    ['a port', '10.1.2.3', '198.51.100.1:567', '198.51.100.1'],
    ['brackets', '10.1.2.3', '[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['brackets and a port', '10.1.2.3', '[2001:db8:1:2::9]:8080', '2001:db8:1:2::/64'],
    ['a zone', '10.1.2.3', 'fe80::9%eth0', 'fe80::/64'],
    ['empty entries', '10.1.2.3', ' ,198.51.100.1, ,', '198.51.100.1'],
    ['proxies alone: the farthest', '10.1.2.3', '10.7.7.7, 10.8.8.8', '10.7.7.7'],
    ['no header', '10.1.2.3', undefined, '10.1.2.3'],
    ['an empty header', '10.1.2.3', '', '10.1.2.3'],
    ['an address next to a prefix of the other kind', '10.1.2.3', '2001:db8:fe::1, 2001:db8:ff::1', '2001:db8:fe::/64'],
  ])('believes %s', (_case, peer, header, counted) => {
    expect(clientAddress(peer, header, proxies)).toBe(counted);
  });

  test.each([
    ['a word', 'unknown'],
    ['an obfuscated name', '_hidden'],
    ['a short form', '198.51.1'],
    ['octal digits', '0306.063.0144.01'],
    ['a number', '3325256705'],
    ['too large a number', '198.51.100.256'],
    ['a port without an address', ':80'],
    ['an open bracket', '[2001:db8:1:2::9'],
    ['something after the port', '198.51.100.1:80x'],
    ['a host name', 'example.com'],
    ['a prefix', '198.51.100.0/24'],
  ])('counts the proxy that names %s', (_case, entry) => {
    expect(clientAddress('10.1.2.3', `198.51.100.1, ${entry}`, proxies)).toBe('10.1.2.3');
    expect(clientAddress('10.1.2.3', `198.51.100.1, ${entry}, 10.4.4.4`, proxies)).toBe('10.4.4.4');
    // A proxy on this machine is counted then: no header may bypass the limits.
    expect(clientAddress('127.0.0.1', entry, proxies)).toBe('127.0.0.1');
  });

  test('counts a client that claims to be the machine itself', () => {
    expect(clientAddress('10.1.2.3', '127.0.0.1', proxies)).toBe('127.0.0.1');
    expect(clientAddress('127.0.0.1', '::1', proxies)).toBe('::/64');
  });

  test('answers any header, and no header keeps a client from being counted', () => {
    const octet = fc.nat(255);
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom('127.0.0.1', '::1', '10.1.1.1', 'fe80::1%a'),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 5 }), fc.tuple(octet, octet, octet), (hops, last) => {
        const client = `198.${last.join('.')}`;
        expect(clientAddress('127.0.0.1', [...hops, client].join(', '), proxies)).toBe(client);
        expect(clientAddress('10.1.2.3', hops.join(', '), proxies)).toMatch(/^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]+::\/64|[0-9a-f:]+\/64)$/);
      }),
    );
  });
});

describe('networkOf', () => {
  test.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['192.0.2.77:4711', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['::ffff:c000:24d', '192.0.2.0/24'],
    ['[::ffff:192.0.2.77]:80', '192.0.2.0/24'],
    ['2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:DB8:1:ffff::1', '2001:db8:1::/48'],
    ['[2001:db8:1:2::9]', '2001:db8:1::/48'],
    ['[2001:db8:1:2::9]:8080', '2001:db8:1::/48'],
    ['2001:db8:2::1', '2001:db8:2::/48'],
    ['fe80::9%eth0', 'fe80::/48'],
    ['unknown', 'unknown'],
    ['loopback', 'loopback'],
  ])('of %s is %s', (client, network) => {
    expect(networkOf(client)).toBe(network);
  });

  test('of a client’s count key is the network of its address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const counted = clientAddress('10.1.2.3', address, trustedProxies(['10.1.2.3']));
        expect(networkOf(counted)).toBe(networkOf(address));
      }),
    );
  });
});

describe('requestCaller', () => {
  test('counts a client by its address', () => {
    const received = { peer: '10.1.2.3', forwardedFor: '198.51.100.1', clientKey: null };
    const counted = { client: '198.51.100.1', address: '198.51.100.1', network: '198.51.100.0/24', clientKey: null };
    expect(requestCaller(received, proxies)).toEqual(counted);
  });

  test('uses the person’s address that a server with a key names, and counts the server by its key', () => {
    const received = { peer: '203.0.113.5', forwardedFor: '2001:db8:1:2::9', clientKey: 'app' };
    const address = { address: '2001:db8:1:2::/64', network: '2001:db8:1::/48' };
    expect(requestCaller(received, proxies)).toEqual({ client: null, ...address, clientKey: 'app' });
    const silent = { ...received, forwardedFor: undefined };
    expect(requestCaller(silent, proxies)).toEqual({ client: null, address: null, network: null, clientKey: 'app' });
  });
});

describe('untrustedProxyWarning', () => {
  const forwarded = (peer: string | undefined) => ({ peer, forwardedFor: '198.51.100.1' });

  test('names each untrusted proxy once', () => {
    const warned: string[] = [];
    const warn = untrustedProxyWarning(trustedProxies(['10.0.0.0/8']), (peer) => warned.push(peer));
    const peers = ['127.0.0.1', '127.0.0.1', '::ffff:127.0.0.1', '203.0.113.5', '10.1.2.3', undefined, '203.0.113.5', '2001:db8::1'];
    for (const peer of peers) warn(forwarded(peer));
    warn({ peer: '203.0.113.77', forwardedFor: undefined });
    expect(warned).toEqual(['127.0.0.1', '203.0.113.5', '2001:db8::1']);
  });

  test('stops after a hundred, because clients can send the header too', () => {
    const warned: string[] = [];
    const warn = untrustedProxyWarning([], (peer) => warned.push(peer));
    for (let n = 0; n < 300; n += 1) warn(forwarded(`2001:db8::${n}`));
    expect(warned).toHaveLength(100);
  });
});

describe('trustedProxies', () => {
  test.each(['10.0.0.0/8', '10.1.2.3/8', '192.0.2.1', '192.0.2.1/32', '::1', '2001:db8::/32', '::ffff:10.0.0.0/104', '0.0.0.0/0', '::/0'])(
    'takes %s',
    (entry) => {
      expect(trustedProxies([entry])).toHaveLength(1);
    },
  );

  test.each([
    '',
    'localhost',
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '010.0.0.0/8',
    '2001:db8::/129',
    '::ffff:10.0.0.0/95',
    '10.0.0.0 /8',
    '*',
  ])('names a wrong entry: %j', (entry) => {
    expect(() => trustedProxies(['::1', entry])).toThrow(`'${entry}' is neither an address nor a prefix`);
  });

  test.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['192.0.2.128/25', '192.0.2.128', '192.0.2.127'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.2'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::1'],
    ['2001:db8::1', '2001:db8::1', '2001:db8::2'],
    ['::ffff:10.0.0.0/104', '10.255.255.255', '11.0.0.0'],
    ['0.0.0.0/0', '11.0.0.0', '2001:db8::1'],
    ['::/0', '2001:db8::1', '11.0.0.0'],
  ])('%s contains %s and not %s', (entry, inside, outside) => {
    const trusted = trustedProxies([entry]);
    expect(clientAddress(inside, '198.51.100.1', trusted)).toBe('198.51.100.1');
    expect(clientAddress(outside, '198.51.100.1', trusted)).not.toBe('198.51.100.1');
  });
});
