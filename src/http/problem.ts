/** Every way in which a request can fail: its stable code, its status, and what a caller should do about it. */
import type { RefusalCode } from '../../machines/workflow.ts';
import type { LimitName } from '../engine/errors.ts';

export interface ProblemKind {
  readonly status: 400 | 401 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What happened, for the problem's page and the reference. */
  readonly explanation: string;
  /** What to do now. */
  readonly remedy: string;
}

/** The codes that do not come from a machine. */
export type RequestProblemCode =
  | 'invalid-request'
  | 'invalid-phone'
  | 'weak-password'
  | 'address-taken'
  | 'unauthenticated'
  | 'second-factor-required'
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
      'The body is not JSON, or does not satisfy the schema; `errors` names each place. Nothing was changed and nothing was counted.',
    remedy: 'Correct what `errors` names and send the request again.',
  },
  unauthenticated: {
    status: 401,
    title: 'The token is missing or wrong',
    explanation:
      "The request carries no token or key, or one that is not good for this. A session's token is good for its own session alone.",
    remedy:
      "Send the token that came with the session as `Authorization: Bearer …`; the reference says where a login's `accessToken` or a key is wanted instead; its `result.token` is for applications and opens nothing here. An access token lasts for a quarter of an hour: renew it with `access-token` of the login, for a day. After that, after a log-out, and after another login has changed the password, log in again.",
  },
  'second-factor-required': {
    status: 401,
    title: 'The login has shown no second factor lately',
    explanation:
      'The request needs a login with a code entered within the last `maxAge` seconds. A code by email counts only where the account has no telephone; a trusted device, which asks for no code, does not count. Renewing an access token does not extend that time. Nothing was changed.',
    remedy: 'Log in again without `deviceToken`, enter the code, and repeat the request with the `accessToken` of that login.',
  },
  'address-taken': {
    status: 409,
    title: 'The address has an account already',
    explanation: 'Only who may see accounts is told so. Nothing was changed.',
    remedy: 'Use the account that is there, or another address.',
  },
  'weak-password': {
    status: 422,
    title: 'The password is too easy to guess',
    explanation:
      'The password is shorter than this service allows (8 characters, unless its policy differs), or a guesser would try it early; `errors` has the reason. Nothing was changed.',
    remedy: 'Let the person choose another one. A few unrelated words make a good one.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'The credentials are wrong',
    explanation:
      'There is no account with this address and this password. Which of the two is wrong is not said. `session` and its token are there to try again.',
    remedy: 'Let the person try again in the same session, by its event for that. After five wrong ones the session ends: start a new one.',
  },
  'account-changed': {
    status: 409,
    title: 'The account was changed meanwhile',
    explanation:
      'Its password, its address or its number is another one than when the session began, so that the session proves nothing any more and has ended.',
    remedy: 'Start a new session.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    explanation: 'The collection, the session or the event does not exist. Sessions are deleted some time after they have ended.',
    remedy:
      'Check the address: `events` of each answer and `Location` of a start hold those that are right. Where the session is gone, start a new one.',
  },
  'event-not-accepted': {
    status: 409,
    title: 'The session takes no such event now',
    explanation: 'The state of the session (`state`) has no transition for this event; `accepted` lists the events that would be taken.',
    remedy: 'Go by `events` of the latest answer instead of by what the session was: read it again, and offer what it lists.',
  },
  'code-still-valid': {
    status: 409,
    title: 'The current code is still valid',
    explanation: 'A new code is given only when the current one has expired. Until then the current one can be entered, or sent again.',
    remedy: 'Send the current one again with `resend-code`, or wait as long as `Retry-After` says.',
  },
  'code-expired': {
    status: 410,
    title: 'The code has expired',
    explanation: 'Its time was over before it was entered.',
    remedy: 'Ask for a new one with `request-new-code`.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    explanation: 'No request needs more than 64 KiB. Nothing was read.',
    remedy: 'Send only what the schema asks for.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    explanation: 'The body came under another media type, or under none.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  'wrong-code': {
    status: 422,
    title: 'The code is wrong',
    explanation: 'The guess was counted; `attemptsLeft` says how many are left for this code.',
    remedy:
      'Let the person look again, at the newest message, and enter it. With none left, a new code can be asked for when this one has expired.',
  },
  'wrong-link-value': {
    status: 422,
    title: 'The value does not confirm this link',
    explanation:
      'The value belongs to another grant or another session, or was never issued. The attempt was counted: after five wrong values the grant is dropped, and `linkFailure` is `unconfirmed`.',
    remedy: 'Send the value of the page that the provider returned to last. Without it, start over with `link-account`.',
  },
  'same-destination': {
    status: 422,
    title: 'The destination is the same as before',
    explanation: 'A change needs another address or number. Nothing was changed.',
    remedy: 'To get the message again, resend the code.',
  },
  'landline-needs-voice': {
    status: 422,
    title: 'A landline takes no text messages',
    explanation: 'The number is one of a landline, and the code was to come as a text message.',
    remedy: 'Ask for the code by `voice`: it is spoken in a call.',
  },
  'invalid-phone': {
    status: 422,
    title: 'The telephone number can not be used',
    explanation:
      'It is no complete number, it is a short or premium-rate one, or its country is not served; `detail` says which. Nothing was changed.',
    remedy: 'Let the person correct it. A national number needs its `country`.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The idempotency key was used for another request',
    explanation: 'The same `Idempotency-Key` came with another body within 24 hours. Nothing was changed.',
    remedy: 'Use a new key for a new request, and the same body where one is repeated.',
  },
  'resend-too-soon': {
    status: 429,
    title: 'It is too soon to send the code again',
    explanation: 'The last message gets time to arrive. Nothing was sent.',
    remedy: 'Wait as long as `Retry-After` says; `canResendAt` of the session holds the moment, so that the button can wait for it.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'There were too many wrong codes',
    explanation:
      'The code is locked, or codes of this account, address or number are refused for a while. The entered code was not compared.',
    remedy:
      'When the code has expired, ask for a new one with `request-new-code`; where there is a `Retry-After`, wait as long as it says.',
  },
  'send-limit': {
    status: 429,
    title: 'The code was sent too often',
    explanation: 'Each code is sent a few times only. It can still be entered.',
    remedy: 'When it has expired, ask for a new one with `request-new-code`.',
  },
  'code-limit': {
    status: 429,
    title: 'The session has issued too many codes',
    explanation: 'A session gives a few codes only, and no further ones.',
    remedy: 'Start a new session.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too much was asked for',
    explanation:
      'In a short time, too many messages were requested, too many passwords were tried, or too many wrong codes were entered. `limit` says what is counted together: the `destination`, its `number-range`, its `country`, the share of a country that one network gets (`country-share`), the `client`, its `network`, the `account`, wrong `password`s for one address, whether or not it has an account, the `agent`, or wrong codes for the destination (`guesses`), and those of one network (`guesses-network`). Nothing was changed and nothing was sent.',
    remedy:
      'Wait as long as `Retry-After` says. After very many wrong passwords the owner of the account has a mail with a link that unlocks it. Where there are `channels`, the same message can go out over one of them now: begin the login with it, or switch to it. A server that asks for many people needs a client key, or has to name each in `X-Forwarded-For`.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong inside',
    explanation: 'It was logged under the request id of the answer (`X-Request-Id`).',
    remedy:
      'Read the session to see whether the request took effect, or repeat it with the same `Idempotency-Key`. Tell the operators that id.',
  },
  unavailable: {
    status: 503,
    title: 'The service can not answer now',
    explanation:
      'The database is out of reach, there is more work than the service can take, or nothing that it needs is configured; `detail` says so. Nothing that was acknowledged is lost.',
    remedy: 'Try again after the time in `Retry-After`, with the same `Idempotency-Key`: it can not happen twice.',
  },
} as const satisfies Record<ProblemCode, ProblemKind>;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemKinds, code);
}

/** For operators: why the service could not answer, or which limit refused. */
export type ProblemReason =
  | 'database'
  | 'overload'
  | 'starting'
  | 'stopping'
  | 'clock'
  | 'no-provider'
  | 'no-version'
  | 'suspended'
  | LimitName;

interface ProblemOptions {
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number | undefined;
  readonly reason?: ProblemReason | null;
  readonly challenge?: string;
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
  /** The `WWW-Authenticate` header of an answer with 401. */
  readonly challenge: string;

  constructor(code: ProblemCode, detail: string, { members = {}, retryAfter, reason = null, challenge = 'Bearer' }: ProblemOptions = {}) {
    super(detail);
    this.code = code;
    this.members = members;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.challenge = challenge;
  }

  /** The same problem with further members. */
  with(members: Readonly<Record<string, unknown>>): Problem {
    const { retryAfter, reason, challenge } = this;
    return new Problem(this.code, this.message, { members: { ...this.members, ...members }, retryAfter, reason, challenge });
  }
}
