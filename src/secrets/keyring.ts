/**
 * The service's secret keys. The current key signs and seals new values, and every key opens old ones. So a key can be replaced while
 * sessions of the old key continue. Each purpose has its own key, derived by HKDF (RFC 5869).
 */
import { createHmac, hkdfSync } from 'node:crypto';

/** The purpose of a derived key. Two purposes never share a key. */
export type Purpose =
  | 'code'
  | 'session-token'
  | 'party-token'
  | 'seal'
  | 'result'
  | 'result-es256'
  | 'fingerprint'
  | 'start'
  | 'budget'
  | 'guess'
  | 'unlock'
  | 'device-token'
  | 'report'
  | 'account'
  | 'link-value'
  | 'sandbox-agent'
  | 'sandbox-client'
  | 'sandbox-grant'
  | 'sandbox-identity'
  /** The purposes of modules from other packages. */
  | `module:${string}`;

export interface SecretKey {
  readonly id: string;
  /** At least 32 bytes. */
  readonly secret: Uint8Array;
}

export class Keyring {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #derived = new Map<string, Buffer>();
  /** The id of the key that signs and seals new values. */
  readonly currentId: string;
  /** The ids of all keys, the current one first. */
  readonly ids: readonly string[];

  constructor(keys: readonly SecretKey[]) {
    const [current] = keys;
    if (!current) throw new Error('A keyring needs a key');
    this.#keys = new Map(keys.map(({ id, secret }) => [id, secret]));
    this.currentId = current.id;
    this.ids = keys.map(({ id }) => id);
  }

  /** @throws Error if the key was removed from the settings */
  derive(keyId: string, purpose: Purpose): Buffer {
    const name = `${keyId}/${purpose}`;
    const known = this.#derived.get(name);
    if (known) return known;
    const secret = this.#keys.get(keyId);
    if (!secret) throw new Error(`The secret key '${keyId}' is no longer configured`);
    const key = Buffer.from(hkdfSync('sha256', secret, '', `verification/${purpose}`, 32));
    this.#derived.set(name, key);
    return key;
  }

  /** HMAC-SHA-256 over the parts. Each part is preceded by its length, so that two different lists never give the same input. */
  mac(keyId: string, purpose: Purpose, parts: readonly string[]): Buffer {
    const mac = createHmac('sha256', this.derive(keyId, purpose));
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`);
    return mac.digest();
  }
}
