/**
 * Reads the answers of browsers: `PublicKeyCredential.toJSON()` of WebAuthn Level 3. Anyone can send them, so every member is checked, and
 * members that the service does not need are left out.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

export type AssertionAnswer = AuthenticationResponseJSON;
export type AttestationAnswer = RegistrationResponseJSON;

/** 1,023 bytes, the longest credential id, in base64url. */
const longestId = 1364;

/** Known transports have at most ten letters, and an authenticator a handful of them. */
const longestTransport = 20;
const mostTransports = 10;

/** @returns null for anything but the answer to `navigator.credentials.get()` */
export function readAssertion(answer: unknown): AssertionAnswer | null {
  const { id, response } = credentialOf(answer);
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  if (!isBase64Url(id) || !isBase64Url(clientDataJSON) || !isBase64Url(authenticatorData) || !isBase64Url(signature)) return null;
  if (id.length > longestId || (userHandle !== undefined && userHandle !== null && !isBase64Url(userHandle))) return null;
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON, authenticatorData, signature, ...(isBase64Url(userHandle) ? { userHandle } : {}) },
  };
}

/** @returns null for anything but the answer to `navigator.credentials.create()` */
export function readAttestation(answer: unknown): AttestationAnswer | null {
  const { id, response } = credentialOf(answer);
  const { clientDataJSON, attestationObject, transports } = response;
  if (!isBase64Url(id) || !isBase64Url(clientDataJSON) || !isBase64Url(attestationObject) || id.length > longestId) return null;
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON, attestationObject, transports: transportsOf(transports) },
  };
}

type Members = Readonly<Record<string, unknown>>;

/** The members of a credential; none if its ids differ or it has another type. */
function credentialOf(answer: unknown): { readonly id: unknown; readonly response: Members } {
  const { id, rawId, type, response } = membersOf(answer);
  const isCredential = type === 'public-key' && id === rawId;
  return isCredential ? { id, response: membersOf(response) } : { id: null, response: {} };
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function isBase64Url(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]+$/.test(value);
}

type Transports = NonNullable<RegistrationResponseJSON['response']['transports']>;

/** The transports are stored and given back to the browser. Unknown ones are allowed, because browsers add some. */
function transportsOf(value: unknown): Transports {
  if (!Array.isArray(value)) return [];
  const named = value.filter((each) => typeof each === 'string' && each.length <= longestTransport && /^[a-z-]+$/.test(each));
  return named.slice(0, mostTransports) as Transports;
}
