/**
 * The service's secret keys. One signs and seals what is new, all of them open what is old, so that a key
 * can be replaced while sessions of the old one run on. Every use has a key of its own, derived by HKDF (RFC 5869).
 */
import { createHmac, hkdfSync } from 'node:crypto';

/** What a derived key is for. Two uses never share one. */
export type Purpose =
  | 'code'
  | 'session-token'
  | 'seal'
  | 'result'
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
  /** Uses of modules from other packages. */
  | `module:${string}`;

export interface SecretKey {
  readonly id: string;
  /** At least 32 bytes. */
  readonly secret: Uint8Array;
}

export class Keyring {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #derived = new Map<string, Buffer>();
  /** The key that everything new is made with. */
  readonly currentId: string;
  /** All keys, the current one first. */
  readonly ids: readonly string[];

  constructor(keys: readonly SecretKey[]) {
    const [current] = keys;
    if (!current) throw new Error('A keyring needs a key');
    this.#keys = new Map(keys.map(({ id, secret }) => [id, secret]));
    this.currentId = current.id;
    this.ids = keys.map(({ id }) => id);
  }

  /** @throws Error when the key was taken out of the configuration */
  derive(keyId: string, purpose: Purpose): Buffer {
    const name = `${keyId}/${purpose}`;
    const known = this.#derived.get(name);
    if (known) return known;
    const secret = this.#keys.get(keyId);
    if (!secret) throw new Error(`The secret key '${keyId}' is not configured any more`);
    const key = Buffer.from(hkdfSync('sha256', secret, '', `verification/${purpose}`, 32));
    this.#derived.set(name, key);
    return key;
  }

  /** HMAC-SHA-256 over the parts; each is preceded by its length, so that no two lists of parts look alike. */
  mac(keyId: string, purpose: Purpose, parts: readonly string[]): Buffer {
    const mac = createHmac('sha256', this.derive(keyId, purpose));
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:${part}`);
    return mac.digest();
  }
}
