/** Seals the personal details of a session by AES-256-GCM, bound to the session's id: sealed details of one row don't open in another. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Personal, Vault } from '../engine/ports.ts';
import type { Keyring } from './keyring.ts';
import { randomBytesOf } from './random-pool.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The size of the cache. Each request opens a session's details several times, mostly in the process that sealed them. */
const mostCached = 2_000;

export class PersonalVault implements Vault {
  readonly #keyring: Keyring;
  /** The latest sealed or opened details, by session id and sealed text. The id in the key keeps details bound to their session. */
  readonly #opened = new Map<string, Personal>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** @returns `keyId:base64`, where the base64 contains the nonce, the tag and the ciphertext */
  seal(sessionId: string, personal: Personal): string {
    const keyId = this.#keyring.currentId;
    const nonce = randomBytesOf(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#keyring.derive(keyId, 'seal'), nonce).setAAD(Buffer.from(sessionId));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(personal), 'utf8'), cipher.final()]);
    const text = `${keyId}:${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')}`;
    this.#cache(sessionId, text, personal);
    return text;
  }

  /** @throws Error if the text was sealed for another session, was altered, or was sealed with a removed key */
  open(sessionId: string, sealed: string): Personal {
    const known = this.#opened.get(`${sessionId} ${sealed}`);
    if (known) return known;
    const personal = this.#decrypt(sessionId, sealed);
    this.#cache(sessionId, sealed, personal);
    return personal;
  }

  #cache(sessionId: string, sealed: string, personal: Personal): void {
    this.#opened.set(`${sessionId} ${sealed}`, Object.freeze({ ...personal }));
    if (this.#opened.size <= mostCached) return;
    const [oldest] = this.#opened.keys();
    if (oldest !== undefined) this.#opened.delete(oldest);
  }

  #decrypt(sessionId: string, sealed: string): Personal {
    const colon = sealed.indexOf(':');
    const bytes = Buffer.from(sealed.slice(colon + 1), 'base64');
    const key = this.#keyring.derive(sealed.slice(0, colon), 'seal');
    const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(sessionId))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
    const personal: unknown = JSON.parse(text);
    if (!isPersonal(personal)) throw new Error('Sealed data contain something other than personal details');
    return personal;
  }
}

function isPersonal(value: unknown): value is Personal {
  return typeof value === 'object' && value !== null && Object.values(value).every((detail) => typeof detail === 'string');
}
