/**
 * Derived values are not stored. A release that derived them differently would refuse the codes and tokens that people have, and miss
 * existing sessions. So these values must not change.
 */
import { expect, test } from 'vitest';
import { DeviceTokens } from '../../src/secrets/device-tokens.ts';
import { OneTimeCodes } from '../../src/secrets/one-time-codes.ts';
import { RequestFingerprints } from '../../src/secrets/request-fingerprints.ts';
import { KeyedSessionIds } from '../../src/secrets/session-ids.ts';
import { SessionTokens } from '../../src/secrets/session-tokens.ts';
import { TokenSigner } from '../../src/secrets/token-signer.ts';
import { keyringOf, sessionId } from './keys.ts';

const keyring = keyringOf('a');
const [id, keyId] = [sessionId, 'a'];
const fingerprints = new RequestFingerprints(keyring);
const sessionIds = new KeyedSessionIds(keyring);
const { keys } = await new TokenSigner(keyring, 'https://verify.example').publicKeys();

test.each<[string, unknown, unknown]>([
  [
    'the second code of a session',
    new OneTimeCodes(keyring).derive({ keyId, sessionId, workflow: 'email-verification', destination: 'jane@example.com', number: 2 }),
    '320061',
  ],
  ['the token of a session', new SessionTokens(keyring).derive({ id, keyId }), 'bWGWH9RFZYIOKONATQ42e2vi-aLIpLddV9ClHpDuhuA'],
  [
    'the token of a device',
    new DeviceTokens(keyring).derive({ id, keyId, accountId: 'jane' }),
    `${id}.AOuFbxcmW3fBxSBIS-RbjjzSmea6kC5Ikr8huCIrSW4`,
  ],
  ['the id of a child', sessionIds.child(keyId, 's.1'), '494cf0c2-a42d-81d2-bd15-4059a4510d9e'],
  ['the id of a start', sessionIds.derived('email-verification', 'key', 20_454), ['b9d95812-480b-8f79-a901-b63aec5a0473']],
  [
    'the fingerprints of a request',
    fingerprints.of('POST /x', 'key', { b: 1, a: 2 }),
    { keys: ['9tf0dMeqxYpb_uRp8kHmWz'], fingerprints: ['YKhcEhsRq9uYBsoiVS20UC'] },
  ],
  [
    'the public keys',
    keys.map(({ x }) => x),
    ['YX_APGmknKhiP157Y4IyH1M5Pg49s6gE6gFIkiURs-Q', 'snsTA6jn98uQoHVv4mC4Xc4mdnFoih-1A9vXKikdGhk'],
  ],
])('%s is unchanged', (_, derived, expected) => {
  expect(derived).toEqual(expected);
});
