// @ts-check
/** What became of a step that was refused, or could not be done at all. */

/**
 * @typedef {{ code: string, title: string, detail: string, errors: Record<string, string>, depth: number | null, retryAt: string | null,
 *   isAnswer: boolean }} Refused `depth` of the session that said so, null where none did; `isAnswer` where the service decided it
 */

/** Of these, nobody knows whether anything came of the request. */
const unknownEnds = new Set(['unreachable', 'unexpected-answer', 'unavailable', 'internal-error']);

/**
 * @param {unknown} error
 * @param {{ depth: number | null, now: number }} step to which session it was done, and when
 * @returns {Refused}
 */
export function refusalOf(error, { depth, now }) {
  const {
    code = 'failed',
    message = String(error),
    problem,
    errors = [],
    retryAfterMs = null,
  } = /** @type {Partial<import('../../client/api.js').VerificationProblem>} */ (error);
  return {
    code,
    title: problem?.title ?? (code === 'unreachable' ? 'The service is not responding' : 'Something went wrong'),
    detail: problem?.detail ?? (code === 'unreachable' ? 'Try again in a moment.' : message),
    errors: Object.fromEntries(errors.map(({ path, message: text }) => [path, text])),
    depth,
    retryAt: retryAfterMs === null ? null : new Date(now + retryAfterMs).toISOString(),
    isAnswer: problem !== null && problem !== undefined && !unknownEnds.has(code),
  };
}
