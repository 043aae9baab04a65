// @ts-check
/** The ceremonies of passkeys: the browser makes a passkey or uses one, and the person agrees. */

/**
 * @typedef {{ challenge: string, timeout?: number, user?: { id: string }, allowCredentials?: { id: string }[],
 *   excludeCredentials?: { id: string }[] }} Options
 */

/**
 * @param {boolean} isNew
 * @param {Options} options
 * @returns {Promise<Record<string, unknown>>} the body of the event
 */
export async function answerOf(isNew, options) {
  const begun = performance.now();
  try {
    const publicKey = parsed(isNew, options);
    const { credentials } = navigator;
    const credential = isNew
      ? await credentials.create({ publicKey: /** @type {PublicKeyCredentialCreationOptions} */ (publicKey) })
      : await credentials.get({ publicKey: /** @type {PublicKeyCredentialRequestOptions} */ (publicKey) });
    return { credential: jsonOf(/** @type {PublicKeyCredential} */ (credential)) };
  } catch {
    // Browsers hide from a page whether the person declined or the time ran out: both are a NotAllowedError.
    return { failure: performance.now() - begun >= (options.timeout ?? Number.POSITIVE_INFINITY) ? 'timed-out' : 'cancelled' };
  }
}

/**
 * @param {boolean} isNew
 * @param {any} options
 */
function parsed(isNew, options) {
  const known = /** @type {any} */ (PublicKeyCredential);
  const parse = isNew ? known.parseCreationOptionsFromJSON : known.parseRequestOptionsFromJSON;
  if (parse !== undefined) return parse.call(known, options);
  // Browsers from before 2025 take bytes only.
  const withBytes = (/** @type {{ id: string }} */ each) => ({ ...each, id: bytesOf(each.id) });
  return {
    ...options,
    challenge: bytesOf(options.challenge),
    ...(options.user === undefined ? {} : { user: withBytes(options.user) }),
    ...(options.allowCredentials === undefined ? {} : { allowCredentials: options.allowCredentials.map(withBytes) }),
    ...(options.excludeCredentials === undefined ? {} : { excludeCredentials: options.excludeCredentials.map(withBytes) }),
  };
}

/** @param {PublicKeyCredential} credential */
function jsonOf(credential) {
  if (credential.toJSON !== undefined) return credential.toJSON();
  const { id, type, response } = credential;
  const members = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const given = members.flatMap((name) => {
    const value = /** @type {any} */ (response)[name];
    return value instanceof ArrayBuffer ? [[name, textOf(value)]] : [];
  });
  return { id, rawId: id, type, clientExtensionResults: {}, response: Object.fromEntries(given) };
}

/** @param {string} text in base64url */
function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} bytes */
function textOf(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
