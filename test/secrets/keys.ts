/** Fixed secret keys of tests, so that a failure can be reproduced. */
import { Keyring, type SecretKey } from '../../src/secrets/keyring.ts';

const secretKey = (id: string): SecretKey => ({ id, secret: Buffer.alloc(32, id) });

/** A keyring of the named keys, the current one first. A name always means the same key. */
export function keyringOf(...ids: readonly string[]): Keyring {
  return new Keyring(ids.map(secretKey));
}

export const sessionId = '0193e8a0-0000-7000-8000-000000000001';
export const otherSessionId = '0193e8a0-0000-7000-8000-000000000002';
