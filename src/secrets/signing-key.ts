/** Signing keys, made of seeds that are derived from secret keys: the same seed always gives the same key. */
import { createECDH, createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto';

/** The fixed prefix of an Ed25519 private key in PKCS #8 (RFC 8410). The 32-byte seed follows. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 bytes @returns an Ed25519 key, for `EdDSA` (RFC 8037) */
export function signingKey(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

/** The order of the group of P-256 (SP 800-186, 3.2.1.3). */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** 16 bytes more than the order has. The remainder of so long a number is as good as uniform (FIPS 186-5, A.2.1). */
const p256SeedBytes = 48;

/** @param seed 32 bytes @returns a P-256 key, for `ES256` (RFC 7518, 3.4) */
export function p256SigningKey(seed: Buffer): KeyObject {
  const long = Buffer.from(hkdfSync('sha256', seed, '', 'verification/p-256', p256SeedBytes));
  const scalar = (BigInt(`0x${long.toString('hex')}`) % (p256Order - 1n)) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(d);
  // An uncompressed point: the byte 4, then both coordinates (SEC 1, 2.3.3).
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  const key = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x: x.toString('base64url'), y: y.toString('base64url') };
  return createPrivateKey({ key, format: 'jwk' });
}
