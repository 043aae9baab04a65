// @ts-check
/** The refusal of a step, or the error that prevented it. */

/**
 * @typedef {{ code: string, title: string, detail: string, errors: Record<string, string>, depth: number | null, retryAt: string | null,
 *   isAnswer: boolean }} Refused `depth` is that of the session that refused, null if there is none; `isAnswer` is true if the service
 *   decided the request
 */

/** Problems after which it is unknown if the service processed the request. */
const unknownEnds = new Set(['unreachable', 'unexpected-answer', 'unavailable', 'internal-error']);

/**
 * @param {unknown} error
 * @param {{ depth: number | null, now: number }} step the session that the step was for, and the service's time in milliseconds
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
