/** The token of a trusted device: one secret for each session, account and secret key, the same every time. */
import { expect, test } from 'vitest';
import { DeviceTokens } from '../../src/secrets/device-tokens.ts';
import { keyringOf, otherSessionId, sessionId } from './keys.ts';

const trusting = { id: sessionId, keyId: 'a', accountId: 'jane' };

test('a token names its device, and is the same for the same session in any process', () => {
  const token = new DeviceTokens(keyringOf('a')).derive(trusting);
  expect(token).toMatch(new RegExp(`^${sessionId}\\.[\\w-]{43}$`));
  expect(new DeviceTokens(keyringOf('new', 'a')).derive(trusting)).toBe(token);
});

test('no two sessions, accounts or secret keys share a secret', () => {
  const tokens = new DeviceTokens(keyringOf('a', 'b'));
  const others = [trusting, { ...trusting, id: otherSessionId }, { ...trusting, accountId: 'john' }, { ...trusting, keyId: 'b' }];
  expect(new Set(others.map((each) => tokens.derive(each).split('.')[1])).size).toBe(4);
});
