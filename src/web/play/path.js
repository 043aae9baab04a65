// @ts-check
/**
 * The recorded steps of a session, each with its time since the start, so that a fresh session can replay them. A path holds no
 * session-specific values: a placeholder such as `$code` stands for the code of whichever session replays it.
 */

/**
 * @typedef {import('./placeholders.js').Body} Body
 * @typedef {{ at: number, refusal: string | null } & (
 *   { do: 'account', phone: boolean, passkey?: boolean } |
 *   { do: 'start', body: Body } |
 *   { do: 'send', depth: number, type: string, body: Body, as?: string } |
 *   { do: 'answer', depth: number, task: string, outcome: string | null } |
 *   { do: 'deliveries', channel: string, outcome: string } |
 *   { do: 'report', depth: number, failure: string })} Step `at` is in milliseconds since the session began; `depth` is 0 for the session,
 *   1 for its child session; `as` is the role of the sender, if another party than the page's sends; `outcome` is null for a failed task;
 *   `refusal` is the code of the problem if the service refused the step
 * @typedef {{ depth: number, event: string, state: string, times: number }} Reached an event, the state that it led to, and how often the
 *   history had recorded both by then
 * @typedef {{ workflow: string, steps: Step[], until: number, reached?: Reached | null }} Path `until` is the time to stop at, in
 *   milliseconds since the session began; `reached` is the history entry expected by then, if there is one
 */

/** Limits of a path in a link. This page makes no longer ones, and a replay moves the clock for every user of the sandbox. */
const mostSteps = 300;
const longestMs = 32 * 24 * 60 * 60 * 1000;

/** Fits the names of the events and states of any machine. The page shows them. */
const longestName = 200;

/**
 * The path to a moment: the steps before it.
 * @param {Path} path
 * @param {{ at: number, steps: number, reached?: Reached | null }} moment `steps` is the number of steps done by then
 * @returns {Path}
 */
export function pathTo({ workflow, steps }, moment) {
  return { workflow, steps: steps.slice(0, moment.steps), until: moment.at, reached: moment.reached ?? null };
}

/** A path in base64url, for a URL. @param {Path} path */
export function encoded(path) {
  const bytes = new TextEncoder().encode(JSON.stringify(path));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * @param {string} text from a link. Untrusted
 * @returns {Path | null} null if the text holds no valid path
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
  const { do: kind, body, depth, type, as, task, channel, outcome, failure } = what;
  if (!isTime(at) || !(refusal === null || isName(refusal))) return null;
  const when = { at, refusal };
  const isDeep = depth === 0 || depth === 1;
  if (kind === 'account') return { ...when, do: kind, ...accountOf(what) };
  if (kind === 'start' && isBody(body)) return { ...when, do: kind, body };
  // The event type becomes part of a URL, so only a plain name is valid.
  if (kind === 'send' && isDeep && isName(type) && isBody(body) && (as === undefined || isIdentifier(as)))
    return { ...when, do: kind, depth, type, body, ...(as === undefined ? {} : { as }) };
  if (kind === 'answer' && isDeep && isIdentifier(task) && (outcome === null || isIdentifier(outcome)))
    return { ...when, do: kind, depth, task, outcome };
  if (kind === 'deliveries' && isName(channel) && isName(outcome)) return { ...when, do: kind, channel, outcome };
  if (kind === 'report' && isDeep && isName(failure)) return { ...when, do: kind, depth, failure };
  return null;
}

/** @param {any} step */
function accountOf({ phone, passkey }) {
  return { phone: phone === true, ...(passkey === true ? { passkey: true } : {}) };
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

/** The name of a role, a task or an outcome. @param {unknown} value */
function isIdentifier(value) {
  return typeof value === 'string' && /^[A-Za-z][\w-]{0,60}$/.test(value);
}

/** @param {unknown} value */
function isBody(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
