// @ts-check
/**
 * What stands in a path in the place of what belongs to one session, or to one person alone: `$code`, whatever the code was, and
 * never a password that somebody typed.
 */

/**
 * @typedef {{ email?: string, password?: string, phone?: string, accountId?: string, deviceToken?: string }} Cast the account that
 *   a session is about
 * @typedef {Record<string, unknown>} Body
 */

/** What was typed where a secret is asked for, by what became of it. */
const secretWords = {
  $newPassword: 'a slow train to Lisbon',
  $weakPassword: 'password',
  $otherSecret: 'not what it should be',
};

const isAddress = /^[^@\s]+@[^@\s]+$/;

/** Those that `numberOf` makes. */
const isMadeUp = /^\+3361(\d{7})$/;

/** A code that is wrong whatever the right one is. @param {string} code */
export function wrongCode(code) {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

/**
 * Puts signs in the place of what another session would have otherwise, and of what is nobody else's to know.
 * @param {Body} body
 * @param {{ cast: Cast, code: string | null, secrets?: ReadonlyMap<string, string>, refusal?: string | null }} known `code` if one was
 *   sent; `secrets` are the fields whose texts are secret, with what browsers call them; `refusal` is what the service said of the body
 */
export function withSigns(body, { cast, code, secrets = new Map(), refusal = null }) {
  return each(body, (text, name) => {
    const [sign] = Object.entries(cast).find(([, value]) => value === text) ?? [];
    if (sign !== undefined) return `$${sign}`;
    if (name === 'code' && code !== null) return text === code ? '$code' : '$wrong';
    const secret = secrets.get(name);
    if (secret === 'new-password') return refusal === 'weak-password' ? '$weakPassword' : '$newPassword';
    if (secret !== undefined) return '$otherSecret';
    return text.startsWith('$') ? `$${text}` : text;
  });
}

/**
 * Puts in the place of signs what this session has. In a session that is played again, an address gets a tag, and a number that was
 * made up is another one: what the one before it did there, this one begins anew.
 * @param {Body} body
 * @param {{ cast: Cast, code: string | null, tag: string }} known
 */
export function withoutSigns(body, { cast, code, tag }) {
  const signs = { ...cast, ...(code === null ? {} : { code }), wrong: wrongCode(code ?? '000000') };
  const words = new Map(Object.entries(secretWords));
  for (const [name, value] of Object.entries(signs)) words.set(`$${name}`, value);
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

/** Whether a body has a code in it that has to have been sent before. @param {Body} body */
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
