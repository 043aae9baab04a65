// @ts-check
/**
 * What was done in a session, so that it can be done again in a fresh one: step by step, each at its time since the start. Nothing
 * that is different in another session stands in it: the code is `$code`, whatever it was.
 */

/**
 * @typedef {{ at: number } & (
 *   { do: 'account', phone: boolean } |
 *   { do: 'start', body: Record<string, unknown> } |
 *   { do: 'send', depth: number, type: string, body: Record<string, unknown> } |
 *   { do: 'deliveries', channel: string, outcome: string } |
 *   { do: 'report', depth: number, failure: string })} Step `at` in milliseconds since the session began; `depth` 0 is the session,
 *   1 the one that it waits for
 * @typedef {{ workflow: string, steps: Step[], until: number }} Path `until` is when to stop, in milliseconds since the session began
 * @typedef {{ email?: string, password?: string, phone?: string, accountId?: string, deviceToken?: string }} Cast the account that
 *   a session is about
 */

/** A code that is wrong whatever the right one is. @param {string} code */
export function wrongCode(code) {
  return String((Number(code) + 1) % 10 ** code.length).padStart(code.length, '0');
}

const isAddress = /^[^@\s]+@[^@\s]+$/;

/**
 * Puts signs in the place of what another session would have otherwise.
 * @param {Record<string, unknown>} body
 * @param {{ cast: Cast, code: string | null }} of the session: its account, and its code if one was sent
 */
export function withSigns(body, { cast, code }) {
  return each(body, (text, name) => {
    const [sign] = Object.entries(cast).find(([, value]) => value === text) ?? [];
    if (sign !== undefined) return `$${sign}`;
    if (name === 'code' && code !== null) return text === code ? '$code' : '$wrong';
    return text.startsWith('$') ? `$${text}` : text;
  });
}

/**
 * Puts in the place of signs what this session has. In a session that is played again, an address gets a tag: what the one before
 * it did there, this one begins anew.
 * @param {Record<string, unknown>} body
 * @param {{ cast: Cast, code: string | null, tag: string }} of the session
 */
export function withoutSigns(body, { cast, code, tag }) {
  return each(body, (text) => {
    if (text === '$code') return code ?? '';
    if (text === '$wrong') return code === null ? '000000' : wrongCode(code);
    if (text.startsWith('$$')) return text.slice(1);
    if (text.startsWith('$')) return cast[/** @type {keyof Cast} */ (text.slice(1))] ?? '';
    return tag !== '' && isAddress.test(text) ? text.replace('@', `+${tag}@`) : text;
  });
}

/**
 * @param {Record<string, unknown>} body
 * @param {(text: string, name: string) => string} change
 * @returns {Record<string, unknown>}
 */
function each(body, change) {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (typeof value === 'string') return [name, change(value, name)];
      return [name, typeof value === 'object' && value !== null ? each(/** @type {Record<string, unknown>} */ (value), change) : value];
    }),
  );
}

/**
 * The path to a moment: the steps before it, and nothing of what came later.
 * @param {Path} path
 * @param {{ at: number, step: number | null }} moment `step` where it is one of them
 * @returns {Path}
 */
export function pathTo({ workflow, steps }, { at, step }) {
  const before = steps.filter((candidate, index) => (step === null ? candidate.at <= at : index <= step));
  return { workflow, steps: before, until: at };
}

/** As a part of an address. @param {Path} path */
export function encoded(path) {
  const bytes = new TextEncoder().encode(JSON.stringify(path));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * @param {string} text
 * @returns {Path | null} null for what is no path
 */
export function decoded(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const { workflow, steps, until } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof workflow === 'string' && Array.isArray(steps) && typeof until === 'number' ? { workflow, steps, until } : null;
  } catch {
    return null;
  }
}
