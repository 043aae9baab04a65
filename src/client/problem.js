// @ts-check
/** A failed or refused request, as an error. */

/** @typedef {import('./api.js').ProblemDocument} ProblemDocument */

/** @implements {Problem} */
export class VerificationProblem extends Error {
  /**
   * @override
   * @type {'VerificationProblem'}
   */
  name = 'VerificationProblem';

  #problem;

  /**
   * @param {string} message
   * @param {{
   *   code: import('./api.js').ProblemCode,
   *   status: number,
   *   retryAfterMs?: number | null,
   *   problem?: (ProblemDocument & { sessionToken?: string }) | null,
   *   cause?: unknown,
   * }} parts
   */
  constructor(message, { code, status, retryAfterMs = null, problem = null, cause }) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.attemptsLeft = problem?.attemptsLeft ?? null;
    this.limit = problem?.limit ?? null;
    this.channels = listOf(problem?.channels);
    this.errors = errorsOf(problem);
    this.#problem = problem;
  }

  // A getter, so that loggers do not print it: it may contain a session's token.
  get problem() {
    return this.#problem;
  }

  get session() {
    return this.#problem?.session ?? null;
  }

  get sessionToken() {
    return this.#problem?.sessionToken ?? null;
  }
}

/**
 * @param {Response} answer
 * @param {string} text its body
 */
export function problemOf(answer, text) {
  const { status, headers } = answer;
  const retryAfterMs = retryAfterOf(headers);
  const problem = /^application\/problem\+json\b/i.test(headers.get('content-type') ?? '') ? parsed(text) : null;
  if (problem === null) return unexpected(status, { retryAfterMs });
  return new VerificationProblem(messageOf(problem, retryAfterMs), { code: problem.code, status, retryAfterMs, problem });
}

/**
 * An answer of another server: a proxy without a service behind it, a page on which people log in.
 * @param {number} status
 * @param {{ retryAfterMs?: number | null, cause?: unknown }} [parts]
 */
export function unexpected(status, parts) {
  return new VerificationProblem(`The service gave an unexpected answer (status ${status}).`, {
    code: 'unexpected-answer',
    status,
    ...parts,
  });
}

/** @param {unknown} cause the platform's error */
export function unreachable(cause) {
  return new VerificationProblem('The service did not answer.', { code: 'unreachable', status: 0, cause });
}

/**
 * Sentences for people: the kind of problem, the invalid fields and the wait. States and events have names for programs, so they stay in
 * `problem.detail`.
 * @param {ProblemDocument} problem
 * @param {number | null} retryAfterMs
 */
function messageOf(problem, retryAfterMs) {
  const parts = new Set([problem.title || problem.detail, ...errorsOf(problem).map(({ message }) => message)]);
  const sentences = [...parts].filter((part) => part).map((part) => (/[.!?]$/.test(part) ? part : `${part}.`));
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1000);
  const wait = seconds === 0 ? [] : [`Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`];
  return [...sentences, ...wait].join(' ');
}

/**
 * The fields that a problem names. Problems of other servers have members of the same name and another form: ASP.NET's `errors` is an object.
 * @param {{ errors?: unknown } | null} problem
 * @returns {ProblemDocument['errors'] & {}}
 */
function errorsOf(problem) {
  return listOf(problem?.errors).filter((error) => typeof error?.message === 'string');
}

/**
 * @param {unknown} member
 * @returns {any[]}
 */
function listOf(member) {
  return Array.isArray(member) ? member : [];
}

/**
 * The service sends seconds. Proxies also send dates (RFC 9110, 10.2.3): these count from the sender's own time, because local clocks err.
 * @param {Headers} headers
 * @returns {number | null} milliseconds
 */
function retryAfterOf(headers) {
  const wait = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(wait)) return Number(wait) * 1000;
  const sent = Date.parse(headers.get('date') ?? '');
  const waitMs = Date.parse(wait) - (Number.isNaN(sent) ? Date.now() : sent);
  return /^[a-z]/i.test(wait) && Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}

/**
 * @param {string} text
 * @returns {ProblemDocument | null}
 */
function parsed(text) {
  try {
    const document = JSON.parse(text);
    return typeof document?.code === 'string' ? document : null;
  } catch {
    return null;
  }
}

/** @typedef {import('./api.js').VerificationProblem} Problem */
