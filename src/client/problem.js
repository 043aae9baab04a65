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
    this.channels = problem?.channels ?? [];
    this.errors = problem?.errors ?? [];
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
  const problem = /^application\/problem\+json\b/.test(headers.get('content-type') ?? '') ? parsed(text) : null;
  if (problem === null)
    return new VerificationProblem(`The service gave an unexpected answer (status ${status}).`, {
      code: 'unexpected-answer',
      status,
      retryAfterMs,
    });
  return new VerificationProblem(messageOf(problem, retryAfterMs), { code: problem.code, status, retryAfterMs, problem });
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
function messageOf({ title, detail, errors = [] }, retryAfterMs) {
  const parts = new Set([title || detail, ...errors.map(({ message }) => message)]);
  const sentences = [...parts].filter((part) => part).map((part) => (/[.!?]$/.test(part) ? part : `${part}.`));
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1000);
  const wait = seconds === 0 ? [] : [`Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`];
  return [...sentences, ...wait].join(' ');
}

/** @param {Headers} headers */
function retryAfterOf(headers) {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
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
