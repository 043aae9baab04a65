/** Ed25519 signing keys, made of seeds that are derived from secret keys. */
import { createPrivateKey, type KeyObject } from 'node:crypto';

/** The fixed prefix of an Ed25519 private key in PKCS #8 (RFC 8410). The 32-byte seed follows. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 bytes */
export function signingKey(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}
