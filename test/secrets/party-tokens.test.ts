/** The tokens of invited parties are bound to the session, the party and the number of the invitation. */
import { expect, test } from 'vitest';
import { PartyTokens } from '../../src/secrets/party-tokens.ts';
import { keyringOf, otherSessionId, sessionId } from './keys.ts';

const tokens = new PartyTokens(keyringOf('k1'));
const invitation = { sessionId, keyId: 'k1', party: 'approver1', number: 3 };
const token = tokens.derive(invitation);

test('a token is read as its party and its number, also under a later key', () => {
  expect(token).toMatch(/^approver1\.3\.[\w-]{43}$/);
  expect(tokens.derive(invitation)).toBe(token);
  expect(new PartyTokens(keyringOf('k2', 'k1')).read(sessionId, token)).toEqual({ party: 'approver1', number: 3 });
});

test.each([
  ['of another session', otherSessionId, token],
  ['under the name of another party', sessionId, token.replace('approver1', 'approver2')],
  ['with another number', sessionId, token.replace('.3.', '.4.')],
  ['with a number in another form', sessionId, token.replace('.3.', '.03.')],
  ['without its last character', sessionId, token.slice(0, -1)],
  ['with something behind it', sessionId, `${token}=`],
  ['with another last character', sessionId, token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A')],
])('a token %s is none', (_, id, text) => {
  expect(tokens.read(id, text)).toBeNull();
});

test('a key that was removed derives no token', () => {
  expect(new PartyTokens(keyringOf('k2')).read(sessionId, token)).toBeNull();
});
