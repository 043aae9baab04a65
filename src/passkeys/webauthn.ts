/**
 * The ceremonies of WebAuthn Level 3: the options for a browser, and the checks of its answers. An answer that does not verify for any
 * reason is null. Nothing here is stored.
 */
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { type AssertionAnswer, type AttestationAnswer, readAssertion, readAttestation } from './browser-answers.ts';
import type { Passkey } from './passkey-store.ts';
import type { RelyingParty } from './relying-party.ts';

/** Loaded with the first ceremony: it takes half a second of processor time, and many processes never need it. */
async function library() {
  const [server, helpers] = await Promise.all([import('@simplewebauthn/server'), import('@simplewebauthn/server/helpers')]);
  return { ...server, ...helpers };
}

type Library = Awaited<ReturnType<typeof library>>;

/** ES256 for every security key and platform, EdDSA and RS256 (Windows Hello) beside it. */
const algorithms = [-7, -8, -257];

/** WebAuthn Level 3, 7.1, step 25. */
const longestCredentialIdBytes = 1023;

export interface Challenged {
  readonly party: RelyingParty;
  /** In base64url. */
  readonly challenge: string;
}

/** @param passkeys those that may answer; empty if the person chooses among all passkeys of the device */
export async function requestOptions(
  { party, challenge }: Challenged,
  passkeys: readonly Passkey[],
  timeout: number,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions, isoBase64URL } = await library();
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: isoBase64URL.toBuffer(challenge),
    timeout,
    userVerification: 'required',
    ...(passkeys.length === 0 ? {} : { allowCredentials: passkeys.map(descriptorOf) }),
  });
}

export async function creationOptions(
  { party, challenge }: Challenged,
  owner: { readonly handle: string; readonly email: string },
  passkeys: readonly Passkey[],
  timeout: number,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions, isoBase64URL } = await library();
  return generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: isoBase64URL.toBuffer(owner.handle),
    userName: owner.email,
    userDisplayName: owner.email,
    challenge: isoBase64URL.toBuffer(challenge),
    timeout,
    attestationType: 'none',
    excludeCredentials: passkeys.map(descriptorOf),
    // A login by passkey alone needs a credential that the device finds without its id.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

function descriptorOf({ credentialId, transports }: Passkey) {
  return { id: credentialId, transports: [...transports] };
}

/** A new credential, as its authenticator described it. */
export type NewPasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp' | 'aaguid'>;

/** @returns the new credential; null if the answer does not verify */
export async function verifiedCreation(answer: unknown, { party, challenge }: Challenged): Promise<NewPasskey | null> {
  const response = readAttestation(answer);
  const webAuthn = await library();
  const { isoBase64URL } = webAuthn;
  if (response === null || !isOwnPage(webAuthn, response.response.clientDataJSON) || !isUnattested(webAuthn, response)) return null;
  const verified = await orNull(
    webAuthn.verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!verified?.verified) return null;
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
  if (isoBase64URL.toBuffer(credential.id).length > longestCredentialIdBytes || credential.id !== response.id) return null;
  return {
    credentialId: credential.id,
    publicKey: isoBase64URL.fromBuffer(credential.publicKey),
    counter: credential.counter,
    transports: response.response.transports ?? [],
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    aaguid,
  };
}

/** A verified use of a passkey. The counter is not compared yet. */
export interface VerifiedUse {
  readonly counter: number;
  readonly backedUp: boolean;
}

/** @returns null if the answer does not verify, or the backup eligibility differs from the one at the registration */
export async function verifiedUse(
  response: AssertionAnswer,
  { credentialId, publicKey, backupEligible }: Passkey,
  { party, challenge }: Challenged,
): Promise<VerifiedUse | null> {
  const webAuthn = await library();
  if (!isOwnPage(webAuthn, response.response.clientDataJSON)) return null;
  const verified = await orNull(
    webAuthn.verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      // The table compares the counter, in the statement that stores it. The library would do so before it checks the signature.
      credential: { id: credentialId, publicKey: webAuthn.isoBase64URL.toBuffer(publicKey), counter: 0 },
    }),
  );
  if (!verified?.verified) return null;
  const { newCounter, credentialDeviceType, credentialBackedUp } = verified.authenticationInfo;
  if ((credentialDeviceType === 'multiDevice') !== backupEligible) return null;
  return { counter: newCounter, backedUp: credentialBackedUp };
}

export { type AssertionAnswer, readAssertion };

/** True for a page that no other site shows in a frame. Not every browser names the outer site, so no frame is allowed. */
function isOwnPage({ decodeClientDataJSON }: Library, clientDataJSON: string): boolean {
  try {
    return decodeClientDataJSON(clientDataJSON).crossOrigin !== true;
  } catch {
    return false;
  }
}

/**
 * True for an answer without certificates, as the options demand. The library would ask the address in a certificate whether the
 * certificate was revoked, and a caller would choose that address.
 */
function isUnattested({ decodeAttestationObject, isoBase64URL }: Library, { response }: AttestationAnswer): boolean {
  try {
    const decoded = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject));
    const format = decoded.get('fmt');
    return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  } catch {
    return false;
  }
}

/** The library throws for every answer that does not verify. */
async function orNull<T>(verified: Promise<T>): Promise<T | null> {
  try {
    return await verified;
  } catch {
    return null;
  }
}
