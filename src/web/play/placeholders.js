// @ts-check
/**
 * Placeholders in a recorded path. They replace values that belong to one session, and secrets: `$code` stands for the session's code,
 * and a typed password is never recorded.
 */

/**
 * @typedef {{ email?: string, password?: string, phone?: string, accountId?: string, deviceToken?: string }} Cast the account that
 *   a session is about
 * @typedef {Record<string, unknown>} Body
 */

/** Stands for an answer of a device. It is valid once, so no other session can use it. */
const deviceAnswer = '$deviceAnswer';

/** The values typed for secret placeholders. The placeholder says how the service judged the original value. */
const secretWords = {
  $newPassword: 'a slow train to Lisbon',
  $weakPassword: 'password',
  $otherSecret: 'not what it should be',
};

const isAddress = /^[^@\s]+@[^@\s]+$/;

/** The numbers that `numberOf` makes. */
const isMadeUp = /^\+3361(\d{7})$/;

/** A code of the same length that is always wrong. @param {string} code */
export function wrongCode(code) {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

/**
 * Replaces values that differ between sessions, and secrets, with placeholders.
 * @param {Body} body
 * @param {{ cast: Cast, code: string | null, secrets?: ReadonlyMap<string, string>, refusal?: string | null }} known `code` is null if none
 *   was sent; `secrets` maps each secret field to its `autocomplete` name; `refusal` is the code with which the service refused the body
 */
export function withPlaceholders(body, { cast, code, secrets = new Map(), refusal = null }) {
  const recorded = each(body, (text, name) => {
    const [placeholder] = Object.entries(cast).find(([, value]) => value === text) ?? [];
    if (placeholder !== undefined) return `$${placeholder}`;
    if (name === 'code' && code !== null) return text === code ? '$code' : '$wrong';
    const secret = secrets.get(name);
    if (secret === 'new-password') return refusal === 'weak-password' ? '$weakPassword' : '$newPassword';
    if (secret !== undefined) return '$otherSecret';
    return text.startsWith('$') ? `$${text}` : text;
  });
  const isSecretObject = (/** @type {string} */ name, /** @type {unknown} */ value) => secrets.has(name) && typeof value === 'object';
  return Object.fromEntries(Object.entries(recorded).map(([name, value]) => [name, isSecretObject(name, value) ? deviceAnswer : value]));
}

/** True if a recorded body had the answer of a device. @param {Body} body */
export function hasDeviceAnswer(body) {
  return Object.values(body).includes(deviceAnswer);
}

/**
 * Replaces placeholders with the values of this session. A replay also tags each email address and changes each generated number, so
 * that limits which the recorded session used up do not apply.
 * @param {Body} body
 * @param {{ cast: Cast, code: string | null, tag: string }} known
 */
export function withValues(body, { cast, code, tag }) {
  const values = { ...cast, ...(code === null ? {} : { code }), wrong: wrongCode(code ?? '000000') };
  const words = new Map(Object.entries(secretWords));
  for (const [name, value] of Object.entries(values)) words.set(`$${name}`, value);
  return each(body, (text) => {
    if (text.startsWith('$$')) return text.slice(1);
    if (text.startsWith('$')) return words.get(text) ?? '';
    return tag === '' ? text : retagged(text, tag);
  });
}

/**
 * @param {string} text
 * @param {string} tag
 */
function retagged(text, tag) {
  const [, digits] = isMadeUp.exec(text) ?? [];
  if (digits !== undefined) return `+3361${String((Number(digits) + Number.parseInt(tag, 36)) % 1e7).padStart(7, '0')}`;
  return isAddress.test(text) ? text.replace('@', `+${tag}@`) : text;
}

/** True if a body needs a code that was sent before. @param {Body} body */
export function needsCode(body) {
  return Object.values(body).some((value) => value === '$code' || value === '$wrong');
}

/**
 * @param {Body} body
 * @param {(text: string, name: string) => string} change
 * @returns {Body}
 */
function each(body, change) {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (typeof value === 'string') return [name, change(value, name)];
      return [name, typeof value === 'object' && value !== null ? each(/** @type {Body} */ (value), change) : value];
    }),
  );
}
