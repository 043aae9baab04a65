/**
 * An authenticator in software, with the browser in front of it: it makes and uses passkeys as WebAuthn Level 3 says, and on wish breaks
 * each rule that a service must check.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

export interface AuthenticatorOptions {
  /** ES256 by default. */
  readonly algorithm?: 'ES256' | 'RS256';
  /** The origin of the page; by default the one that the service names, or that of the RP id over TLS. */
  readonly origin?: string;
  /** True for passkeys that are copied to other devices. */
  readonly backupEligible?: boolean;
  /** The counter after the first use; 0 for an authenticator that does not count. By default it counts from 1. */
  readonly counts?: boolean;
}

/** The ways in which an answer can break the rules. */
export interface Faults {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** False for an answer without user verification. */
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly backupEligible?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  /** Changes one bit of the signature. */
  readonly badSignature?: boolean;
  /** The id that the answer claims. */
  readonly credentialId?: string;
}

interface Key {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  counter: number;
}

export class SoftwareAuthenticator {
  readonly #options: Required<Omit<AuthenticatorOptions, 'origin'>> & Pick<AuthenticatorOptions, 'origin'>;
  readonly #keys: Key[] = [];

  constructor(options: AuthenticatorOptions) {
    this.#options = { algorithm: 'ES256', backupEligible: false, counts: true, ...options };
  }

  /** The ids of its credentials, the oldest first. */
  get credentialIds(): string[] {
    return this.#keys.map(({ id }) => id);
  }

  /** A copy with the same keys and counters. */
  clone(): SoftwareAuthenticator {
    const copy = new SoftwareAuthenticator(this.#options);
    copy.#keys.push(...this.#keys.map((key) => ({ ...key })));
    return copy;
  }

  /** Answers `navigator.credentials.create()`. */
  create(options: Json, faults: Faults = {}): Json {
    const { rp, user } = options as { rp: { id: string }; user: { id: string } };
    const pair =
      this.#options.algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key: Key = {
      ...pair,
      id: base64url(randomBytes(32)),
      rpId: rp.id,
      userHandle: user.id,
      origin: this.#originOf(rp.id),
      counter: 0,
    };
    this.#keys.push(key);
    return this.#attestation(key, options, faults);
  }

  /**
   * Makes a key for an account of the sandbox, without a ceremony.
   * @param register gives the account the public key, and returns the domain and the user handle to keep the key for
   */
  async arrange(
    register: (made: Json) => Promise<{ readonly rpId: string; readonly userHandle: string; readonly origin?: string }>,
    counter = 0,
  ): Promise<void> {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = base64url(randomBytes(32));
    const { backupEligible } = this.#options;
    const kept = await register({ credentialId: id, publicKey: base64url(coseOf(pair.publicKey)), backupEligible, counter });
    this.#keys.push({
      ...pair,
      id,
      rpId: kept.rpId,
      userHandle: kept.userHandle,
      origin: this.#options.origin ?? kept.origin ?? this.#originOf(kept.rpId),
      counter,
    });
  }

  /** Offers a credential that it has already, as no honest authenticator does. */
  recreate(options: Json, credentialId: string): Json {
    const key = this.#keys.find(({ id }) => id === credentialId);
    if (key === undefined) throw new Error('The authenticator has no such credential');
    return this.#attestation(key, options, {});
  }

  #attestation(key: Key, options: Json, faults: Faults): Json {
    const attested = Buffer.concat([Buffer.alloc(16), uint16(32), Buffer.from(key.id, 'base64url'), coseOf(key.publicKey)]);
    const attestationObject = map([
      ['fmt', text('none')],
      ['attStmt', map([])],
      ['authData', bytes(this.#authenticatorData(key, faults, attested))],
    ]);
    return credential(faults.credentialId ?? key.id, {
      clientDataJSON: this.#clientData('webauthn.create', key, String(options['challenge']), faults),
      attestationObject: base64url(attestationObject),
      transports: ['internal', 'hybrid'],
    });
  }

  /** Answers `navigator.credentials.get()` with the newest allowed credential. @throws Error without one */
  get(options: Json, faults: Faults = {}): Json {
    const {
      rpId,
      challenge,
      allowCredentials = [],
    } = options as {
      rpId: string;
      challenge: string;
      allowCredentials?: readonly { id: string }[];
    };
    const allowed = allowCredentials.map(({ id }) => id);
    const key = this.#keys.findLast((each) => each.rpId === rpId && (allowed.length === 0 || allowed.includes(each.id)));
    if (key === undefined) throw new Error('NotAllowedError: no credential fits the request');
    return this.#assertion(key, challenge, faults);
  }

  /** Answers with a credential of its own, whichever the request allows. */
  force(options: Json, faults: Faults = {}): Json {
    const key = this.#keys.at(-1);
    if (key === undefined) throw new Error('The authenticator has no credential');
    return this.#assertion(key, String(options['challenge']), faults);
  }

  #assertion(key: Key, challenge: string, faults: Faults): Json {
    if (this.#options.counts) key.counter += 1;
    const authenticatorData = this.#authenticatorData(key, faults);
    const clientDataJSON = this.#clientData('webauthn.get', key, challenge, faults);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = sign('sha256', signed, key.privateKey);
    if (faults.badSignature === true) signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
    const { userHandle = key.userHandle, credentialId = key.id } = faults;
    return credential(credentialId, {
      clientDataJSON,
      authenticatorData: base64url(authenticatorData),
      signature: base64url(signature),
      ...(userHandle === null ? {} : { userHandle }),
    });
  }

  #authenticatorData({ rpId, counter }: Key, faults: Faults, attested: Buffer = Buffer.alloc(0)): Buffer {
    const { backupEligible = this.#options.backupEligible, userPresent = true, userVerified = true } = faults;
    const flags = (userPresent ? 0x01 : 0) | (userVerified ? 0x04 : 0) | (backupEligible ? 0x18 : 0) | (attested.length > 0 ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(faults.counter ?? counter);
    return Buffer.concat([sha256(Buffer.from(faults.rpId ?? rpId)), Buffer.from([flags]), count, attested]);
  }

  #originOf(rpId: string): string {
    return this.#options.origin ?? `https://${rpId}`;
  }

  #clientData(type: string, { origin }: Key, challenge: string, faults: Faults): string {
    const data = {
      type: faults.type ?? type,
      challenge: faults.challenge ?? challenge,
      origin: faults.origin ?? origin,
      crossOrigin: faults.crossOrigin ?? false,
    };
    return base64url(Buffer.from(JSON.stringify(data)));
  }
}

function credential(id: string, response: Json): Json {
  return { id, rawId: id, type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {}, response };
}

function base64url(data: Buffer): string {
  return data.toString('base64url');
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function uint16(value: number): Buffer {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(value);
  return data;
}

/** The public key in COSE (RFC 9052, 7). */
function coseOf(key: KeyObject): Buffer {
  const { kty, x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const member = (value: string) => bytes(Buffer.from(value, 'base64url'));
  if (kty === 'EC')
    return numbered([
      [1, integer(2)],
      [3, integer(-7)],
      [-1, integer(1)],
      [-2, member(x)],
      [-3, member(y)],
    ]);
  return numbered([
    [1, integer(3)],
    [3, integer(-257)],
    [-1, member(n)],
    [-2, member(e)],
  ]);
}

/** The parts of CBOR (RFC 8949) that WebAuthn needs. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(value)]);
}

function integer(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

function bytes(data: Buffer): Buffer {
  return Buffer.concat([head(2, data.length), data]);
}

function text(value: string): Buffer {
  return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
}

function map(entries: readonly (readonly [string, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, value]) => [text(name), value])]);
}

function numbered(entries: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, value]) => [integer(name), value])]);
}
