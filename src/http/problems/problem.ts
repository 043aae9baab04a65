/** Every problem that can end a request: its stable code, its status, its explanation and its remedy. */
import { ownTaskOf, type Workflow } from '../../../machines/workflow.ts';
import type { LimitName } from '../../engine/errors.ts';

export interface ProblemKind {
  readonly status: 400 | 401 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** The cause, for the problem's page and the reference. */
  readonly explanation: string;
  /** The advice to the caller. */
  readonly remedy: string;
}

/** Problems that do not come from a module. */
const requestProblems = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    explanation:
      'The body is not JSON, or does not satisfy the schema; `errors` names each place. Nothing was changed and nothing was counted.',
    remedy: 'Correct what `errors` names and send the request again.',
  },
  unauthenticated: {
    status: 401,
    title: 'Missing or invalid token',
    explanation: 'The request carries no token or key, or one that is not valid here. The token of a session opens that session only.',
    remedy:
      "Send the token that came with the session as `Authorization: Bearer …`. The reference says where a login's `accessToken` or a key is needed instead. `result.token` is for applications and opens nothing here. An access token ends soon, and `access-token` of the login renews it until the login ends. After that, after a log-out, or after another login has changed the password, log in again.",
  },
  'second-factor-required': {
    status: 401,
    title: 'A recent second factor is required',
    explanation:
      'The request needs a login with a code entered within the last `maxAge` seconds. A code by email counts only where the account has no telephone; a trusted device, which asks for no code, does not count. Renewing an access token does not extend that time. Nothing was changed.',
    remedy: 'Log in again without `deviceToken`, enter the code, and repeat the request with the `accessToken` of that login.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    explanation: 'The collection, the session or the event does not exist. Sessions are deleted some time after they end.',
    remedy:
      'Check the address: `events` of each answer and `Location` of a start contain valid ones. If the session is gone, start a new one.',
  },
  'event-not-accepted': {
    status: 409,
    title: 'This is not possible now',
    explanation: 'The state of the session (`state`) has no transition for this event; `accepted` lists the events that would be taken.',
    remedy: 'Read the session again, and offer the `events` that its latest answer lists.',
  },
  'body-too-large': {
    status: 413,
    title: 'Request body too large',
    explanation: 'No request needs more than 64 KiB. Nothing was read.',
    remedy: 'Send only what the schema asks for.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    explanation: 'The body has another media type, or none.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key already used for another request',
    explanation: 'The same `Idempotency-Key` came with another body within 24 hours. Nothing was changed.',
    remedy: 'Use a new key for a new request, and the same body for a repeated one.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    explanation:
      'Too many messages were requested, too many passwords were tried, or too many wrong codes were entered in a short time. Nothing was changed and nothing was sent. `limit` names the limit that was reached. For messages it is `destination` (one address or number), `number-range`, `country`, `country-share` (one network’s share of a country) or `account`. For starts it is `client`, `network` or `agent`. For wrong passwords at one address it is `password`, with or without an account. For wrong codes it is `guesses` (the destination) or `guesses-network`.',
    remedy:
      'Wait as long as `Retry-After` says. After very many wrong passwords, the owner of the account gets an email with a link that unlocks it. If the answer lists `channels`, the message can go out over one of them now: start the login with it, or switch to it. A server that acts for many people needs a client key, or names each of them in `X-Forwarded-For`.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    explanation: 'The service logged the error under the request id of the answer (`X-Request-Id`).',
    remedy:
      'Read the session to see if the request took effect, or repeat it with the same `Idempotency-Key`. Give the operators the request id.',
  },
  unavailable: {
    status: 503,
    title: 'Service unavailable',
    explanation:
      'The database is unreachable, the service has more work than it can take, or a part that the request needs is not configured; `detail` says which. Nothing that was acknowledged is lost.',
    remedy:
      'Try again after the time in `Retry-After`, with the same `Idempotency-Key`: the request cannot take effect twice. Without `Retry-After`, only the operators of the service can help.',
  },
} as const satisfies Record<string, ProblemKind>;

/** The problem of services with a workflow whose parties must differ. */
const differenceProblem = {
  'parties-must-differ': {
    status: 422,
    title: 'Two parties must be different people',
    explanation:
      'The workflow needs two different people, and both have the same address or number; `errors` names the field. Nothing was changed and nothing was sent.',
    remedy: 'Enter the address or number of another person.',
  },
} as const satisfies Record<string, ProblemKind>;

/** Problems of services whose tasks backends do. */
const backendProblems = {
  'task-over': {
    status: 410,
    title: 'The task is over',
    explanation:
      'The session no longer waits for this task: the task has ended, with this or another answer, its time was up, or the session has moved on. Nothing was changed.',
    remedy: 'Drop the answer. Undo the work if it has an effect of its own.',
  },
  'unknown-outcome': {
    status: 422,
    title: 'Unknown outcome',
    explanation:
      'The task does not end with this outcome; `errors` lists the possible ones. Nothing was changed, and the task still waits.',
    remedy: 'Send one of the outcomes that the request for the task listed.',
  },
} as const satisfies Record<string, ProblemKind>;

type RequestProblemCode = keyof typeof requestProblems | keyof typeof backendProblems;

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

  /** @throws Error for a code that the service does not have */
  kind(code: string): ProblemKind {
    const kind = this.#kinds.get(code);
    if (kind === undefined) throw new Error(`No module brings the refusal '${code}'`);
    return kind;
  }
}

/** The problems of a service with these refusals and workflows. */
export function problemsOf(
  refusals: Readonly<Record<string, ProblemKind>>,
  workflows: readonly Pick<Workflow, 'differ' | 'machine'>[],
): Problems {
  const hasDifference = workflows.some(({ differ }) => differ !== undefined);
  const hasBackends = workflows.some(({ machine }) =>
    Object.values(machine.implementations.actors).some((logic) => ownTaskOf(logic)?.kind === 'backend'),
  );
  return new Problems({ ...refusals, ...(hasDifference ? differenceProblem : {}), ...(hasBackends ? backendProblems : {}) });
}

/** The codes that modules must not use. */
export const requestProblemCodes: readonly string[] = Object.keys({ ...requestProblems, ...differenceProblem, ...backendProblems });

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

/** The problem of a field that satisfies its schema but has no meaning. */
export function invalidField(path: string, message: string): Problem {
  return new Problem('invalid-request', message, { members: { errors: [{ path, message }] } });
}
