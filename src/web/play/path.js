// @ts-check
/**
 * What was done in a session, so that it can be done again in a fresh one: step by step, each at its time since the start. Nothing
 * that is different in another session stands in it: the code is `$code`, whatever it was.
 */

/**
 * @typedef {import('./signs.js').Body} Body
 * @typedef {{ at: number, refusal: string | null } & (
 *   { do: 'account', phone: boolean } |
 *   { do: 'start', body: Body } |
 *   { do: 'send', depth: number, type: string, body: Body } |
 *   { do: 'deliveries', channel: string, outcome: string } |
 *   { do: 'report', depth: number, failure: string })} Step `at` in milliseconds since the session began; `depth` 0 is the session,
 *   1 the one that it waits for; `refusal` is the code of what was answered instead
 * @typedef {{ depth: number, event: string, state: string, times: number }} Reached an event of a session and the state that it led to, and
 *   how often that had happened by then
 * @typedef {{ workflow: string, steps: Step[], until: number, reached?: Reached | null }} Path `until` is when to stop, in milliseconds
 *   since the session began; `reached` is what has to have happened by then, where the history tells of it
 */

/** A link that is longer was not copied here; one that leads further would take everybody's clock along. */
const mostSteps = 300;
const longestMs = 32 * 24 * 60 * 60 * 1000;

/** Of an event or a state of any machine, which the page shows. */
const longestName = 200;

/**
 * The path to a moment: the steps before it, and nothing of what came later.
 * @param {Path} path
 * @param {{ at: number, steps: number, reached?: Reached | null }} moment `steps` is how many were done by then
 * @returns {Path}
 */
export function pathTo({ workflow, steps }, moment) {
  return { workflow, steps: steps.slice(0, moment.steps), until: moment.at, reached: moment.reached ?? null };
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
 * @param {string} text from somebody else, who may have put anything in it
 * @returns {Path | null} null for what is no path
 */
export function decoded(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    const { workflow, steps, until, reached = null } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof workflow !== 'string' || !Array.isArray(steps) || steps.length > mostSteps || !isTime(until)) return null;
    if (reached !== null && !isReached(reached)) return null;
    const read = steps.flatMap((step) => stepOf(step) ?? []);
    return read.length === steps.length ? { workflow, steps: read, until, reached } : null;
  } catch {
    return null;
  }
}

/**
 * @param {any} step
 * @returns {Step | null}
 */
function stepOf({ at, refusal = null, ...what }) {
  const { do: kind, body, depth, type, channel, outcome, failure, phone } = what;
  if (!isTime(at) || !(refusal === null || isName(refusal))) return null;
  const when = { at, refusal };
  const isDeep = depth === 0 || depth === 1;
  if (kind === 'account') return { ...when, do: kind, phone: phone === true };
  if (kind === 'start' && isBody(body)) return { ...when, do: kind, body };
  // It becomes a part of an address: nothing but a name may be in it.
  if (kind === 'send' && isDeep && isName(type) && isBody(body)) return { ...when, do: kind, depth, type, body };
  if (kind === 'deliveries' && isName(channel) && isName(outcome)) return { ...when, do: kind, channel, outcome };
  if (kind === 'report' && isDeep && isName(failure)) return { ...when, do: kind, depth, failure };
  return null;
}

/** @param {any} value */
function isReached({ depth, event, state, times }) {
  const isPlace = (depth === 0 || depth === 1) && typeof event === 'string' && typeof state === 'string';
  return isPlace && event.length <= longestName && state.length <= longestName && Number.isInteger(times) && times > 0;
}

/** @param {unknown} value */
function isTime(value) {
  return typeof value === 'number' && value >= 0 && value <= longestMs;
}

/** @param {unknown} value */
function isName(value) {
  return typeof value === 'string' && /^[a-z][a-z-]{0,60}$/.test(value);
}

/** @param {unknown} value */
function isBody(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
