/** Every way in which a request can fail: its stable code, its status, and what a caller should do about it. */
import type { LimitName } from '../../engine/errors.ts';

export interface ProblemKind {
  readonly status: 400 | 401 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What happened, for the problem's page and the reference. */
  readonly explanation: string;
  /** What to do now. */
  readonly remedy: string;
}

/** Problems that do not come from a module. */
const requestProblems = {
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
  'idempotency-mismatch': {
    status: 422,
    title: 'The idempotency key was used for another request',
    explanation: 'The same `Idempotency-Key` came with another body within 24 hours. Nothing was changed.',
    remedy: 'Use a new key for a new request, and the same body where one is repeated.',
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
} as const satisfies Record<string, ProblemKind>;

type RequestProblemCode = keyof typeof requestProblems;

/** Every kind of problem that a service can answer with: its own, and the refusals of its modules. */
export class Problems {
  readonly #kinds: ReadonlyMap<string, ProblemKind>;

  constructor(refusals: Readonly<Record<string, ProblemKind>>) {
    this.#kinds = new Map(Object.entries({ ...requestProblems, ...refusals }));
  }

  get codes(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  has(code: string): boolean {
    return this.#kinds.has(code);
  }

  /** @throws Error for a code that no module brings */
  kind(code: string): ProblemKind {
    const kind = this.#kinds.get(code);
    if (kind === undefined) throw new Error(`No module brings the refusal '${code}'`);
    return kind;
  }
}

/** Codes that no module can bring. */
export const requestProblemCodes: readonly string[] = Object.keys(requestProblems);

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
  readonly code: string;
  /** Further members of the problem document. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Whole seconds for the `Retry-After` header. */
  readonly retryAfter: number | undefined;
  readonly reason: ProblemReason | null;
  /** The `WWW-Authenticate` header of an answer with 401. */
  readonly challenge: string;

  /** @param code one of the service's own, or a refusal that a module brings */
  constructor(
    code: RequestProblemCode | { readonly refusal: string },
    detail: string,
    { members = {}, retryAfter, reason = null, challenge = 'Bearer' }: ProblemOptions = {},
  ) {
    super(detail);
    this.code = typeof code === 'string' ? code : code.refusal;
    this.members = members;
    this.retryAfter = retryAfter;
    this.reason = reason;
    this.challenge = challenge;
  }

  /** The same problem with further members. */
  with(members: Readonly<Record<string, unknown>>): Problem {
    const { retryAfter, reason, challenge } = this;
    return new Problem({ refusal: this.code }, this.message, { members: { ...this.members, ...members }, retryAfter, reason, challenge });
  }
}

/** A field of the body that satisfies its schema and still means nothing. */
export function invalidField(path: string, message: string): Problem {
  return new Problem('invalid-request', message, { members: { errors: [{ path, message }] } });
}
