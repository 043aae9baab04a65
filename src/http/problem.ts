/** Every way in which a request can fail: its stable code, its status, and what a caller should do about it. */
import type { RefusalCode } from '../../machines/workflow.ts';

export interface ProblemKind {
  readonly status: 400 | 401 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What happened and what to do now, for the problem's page and the reference. */
  readonly explanation: string;
}

/** The codes that do not come from a machine. */
export type RequestProblemCode =
  | 'invalid-request'
  | 'invalid-phone'
  | 'weak-password'
  | 'address-taken'
  | 'unauthenticated'
  | 'not-found'
  | 'event-not-accepted'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'idempotency-mismatch'
  | 'rate-limited'
  | 'internal-error'
  | 'unavailable';

export type ProblemCode = RefusalCode | RequestProblemCode;

export const problemKinds = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    explanation:
      'The body is not JSON, or does not satisfy the schema; `errors` names each place. Nothing was changed and nothing was counted. Correct the request and send it again.',
  },
  unauthenticated: {
    status: 401,
    title: 'The token is missing or wrong',
    explanation: 'Send the token that came with the session as `Authorization: Bearer …`. A token is good for its own session alone.',
  },
  'address-taken': {
    status: 409,
    title: 'The address has an account already',
    explanation: 'Only who may see accounts is told so. Nothing was changed: use the account that is there, or another address.',
  },
  'weak-password': {
    status: 422,
    title: 'The password is too easy to guess',
    explanation:
      'It is shorter than eight characters, or one of those that are tried first; `errors` says which. A few unrelated words make a good one.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'The credentials are wrong',
    explanation:
      'There is no account with this address and this password. Which of the two is wrong is not said. `session` and its token are there to try again.',
  },
  'account-changed': {
    status: 409,
    title: 'The account was changed meanwhile',
    explanation:
      'Its password, its address or its number is another one than when the session began, so that the session proves nothing any more and has ended. Start a new one.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    explanation: 'The collection, the session or the event does not exist. Sessions are deleted some time after they have ended.',
  },
  'event-not-accepted': {
    status: 409,
    title: 'The session takes no such event now',
    explanation: 'The state of the session (`state`) has no transition for this event; `accepted` lists the events that would be taken.',
  },
  'code-still-valid': {
    status: 409,
    title: 'The current code is still valid',
    explanation:
      'A new code is given only when the current one has expired. Until then the current one can be entered, or sent again. Wait as long as `Retry-After` says.',
  },
  'code-expired': {
    status: 410,
    title: 'The code has expired',
    explanation: 'Its time was over before it was entered. Ask for a new one with `request-new-code`.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', explanation: 'No request needs more than 64 KiB.' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON', explanation: 'Send `Content-Type: application/json`.' },
  'wrong-code': {
    status: 422,
    title: 'The code is wrong',
    explanation: 'The guess was counted; `attemptsLeft` says how many are left for this code.',
  },
  'same-destination': {
    status: 422,
    title: 'The destination is the same as before',
    explanation: 'A change needs another address or number. To get the message again, resend the code.',
  },
  'landline-needs-voice': {
    status: 422,
    title: 'A landline takes no text messages',
    explanation: 'The number is one of a landline. Ask for the code by `voice`: it is spoken in a call.',
  },
  'invalid-phone': {
    status: 422,
    title: 'The telephone number can not be used',
    explanation:
      'It is no complete number, it is a short or premium-rate one, or its country is not served; `detail` says which. Nothing was changed. A national number needs its `country`.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The idempotency key was used for another request',
    explanation: 'The same `Idempotency-Key` came with another body within 24 hours. Use a new key for a new request.',
  },
  'resend-too-soon': {
    status: 429,
    title: 'It is too soon to send the code again',
    explanation: 'The last message gets time to arrive. Wait as long as `Retry-After` says; `canResendAt` holds the moment.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'There were too many wrong codes',
    explanation: 'This code is locked, whatever is entered. When it has expired, a new one can be asked for.',
  },
  'send-limit': {
    status: 429,
    title: 'The code was sent too often',
    explanation: 'It can still be entered. When it has expired, a new one can be asked for.',
  },
  'code-limit': {
    status: 429,
    title: 'The session has issued too many codes',
    explanation: 'It gives no further ones. Start a new session.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too much was asked for',
    explanation:
      'Too many codes were asked for in a short time: for this destination, for others like it, or by this client. Nothing was changed and nothing was sent. Wait as long as `Retry-After` says.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong inside',
    explanation: 'It was logged under the request id of the answer. Whether the request took effect can be seen by reading the session.',
  },
  unavailable: {
    status: 503,
    title: 'The service can not answer now',
    explanation:
      'The database is out of reach, or there is more work than it can take. Nothing that was acknowledged is lost. Try again after the time in `Retry-After`.',
  },
} as const satisfies Record<ProblemCode, ProblemKind>;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemKinds, code);
}

/** Why the service could not answer, for its operators. */
export type ProblemReason = 'database' | 'overload' | 'stopping' | 'no-provider' | 'no-version';

interface ProblemOptions {
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number | undefined;
  readonly reason?: ProblemReason | null;
}

/** Ends a request with a problem. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** Further members of the problem document. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Whole seconds for the `Retry-After` header. */
  readonly retryAfter: number | undefined;
  readonly reason: ProblemReason | null;

  constructor(code: ProblemCode, detail: string, { members = {}, retryAfter, reason = null }: ProblemOptions = {}) {
    super(detail);
    this.code = code;
    this.members = members;
    this.retryAfter = retryAfter;
    this.reason = reason;
  }

  /** The same problem with further members. */
  with(members: Readonly<Record<string, unknown>>): Problem {
    const { retryAfter, reason } = this;
    return new Problem(this.code, this.message, { members: { ...this.members, ...members }, retryAfter, reason });
  }
}
