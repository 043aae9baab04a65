/** Answers each failure with a problem document (RFC 9457). An error that is not a Problem is logged and never shown. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import {
  ChannelUnavailable,
  EventNotFound,
  IdempotencyMismatch,
  InvalidBody,
  InvitationEnded,
  Overloaded,
  RateLimited,
  SenderRefused,
  SessionMigrated,
  SessionNotFound,
  SessionStranded,
  SessionSuspended,
  StoreUnavailable,
  TaskOver,
  TooManyKeys,
} from '../../engine/errors.ts';
import type { Log } from '../../engine/ports.ts';
import { thrownErrors } from '../../engine/thrown-errors.ts';
import { Problem, type ProblemReason, type Problems } from './problem.ts';

/** Long enough for a database to return or a queue to empty, short enough to keep clients waiting. */
const unavailableRetrySeconds = 2;

export interface ProblemDeps {
  readonly publicUrl: string;
  /** Every kind of problem that the service answers with. */
  readonly problems: Problems;
  readonly log: Log;
  readonly now: () => number;
  /** Called for every problem. */
  readonly failed: (code: string, reason: ProblemReason | null) => void;
  /** Called for every refused request. */
  readonly unavailable: (reason: ProblemReason, error: Error) => void;
  /** Called for every request whose client disconnected before the whole request was sent. */
  readonly aborted: () => void;
}

/** nginx's status for a client that closed the connection. Only the log and the metrics show it. */
const clientClosedRequest = 499;

/** Whole seconds until a time, rounded up. */
export function secondsUntil(time: number, now: number): number {
  return Math.max(1, Math.ceil((time - now) / 1000));
}

export function problemResponse(c: Context, error: Error, deps: ProblemDeps): Response {
  const given = asProblem(error, deps);
  const isListed = deps.problems.has(given.code);
  const problem = isListed ? given : internalProblem();
  if (problem.code === 'internal-error' && isCutOff(c)) {
    deps.aborted();
    return new Response(null, { status: clientClosedRequest });
  }
  deps.failed(problem.code, problem.reason);
  if (problem.reason !== null) deps.unavailable(problem.reason, error);
  if (problem.reason === 'overload') c.set('shed', true);
  if (problem.code === 'internal-error') {
    const cause = isListed
      ? { err: error }
      : { err: new Error(`No module brings the refusal '${given.code}'`), thrown: thrownErrors(error) };
    deps.log.error({ ...cause, requestId: c.get('requestId') }, 'a request failed inside');
  }
  const { status, title } = deps.problems.kind(problem.code);
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (problem.retryAfter !== undefined) headers['retry-after'] = String(problem.retryAfter);
  if (status === 401) headers['www-authenticate'] = problem.challenge;
  // The rest of the body stays unread, so the connection cannot carry another request.
  if (status === 413) headers['connection'] = 'close';
  const document = {
    type: problemType(deps.publicUrl, problem.code),
    title,
    status,
    detail: detailOf(problem),
    code: problem.code,
    ...problem.members,
  };
  return c.body(JSON.stringify(document), status, headers);
}

/**
 * True if the connection ended before the whole request was sent. A request without a body is complete from the
 * start.
 */
function isCutOff(c: Context<{ Bindings: Partial<HttpBindings> }>): boolean {
  const { incoming } = c.env;
  return incoming?.destroyed === true && !incoming.complete;
}

/** Whole sentences. They contain the wait, for people who read the body and not the headers. */
function detailOf({ message, retryAfter }: Problem): string {
  const cause = /[.!?]$/.test(message) ? message : `${message}.`;
  return retryAfter === undefined ? cause : `${cause} Try again in ${retryAfter} ${retryAfter === 1 ? 'second' : 'seconds'}.`;
}

/** The URI of the page that explains a code. */
export function problemType(publicUrl: string, code: string): string {
  return `${publicUrl}/problems/${code}`;
}

function asProblem(error: Error, { now }: ProblemDeps): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SessionNotFound) return new Problem('not-found', 'No session has this id');
  if (error instanceof EventNotFound) return new Problem('not-found', 'The session has no such event');
  if (error instanceof SenderRefused) return senderProblem(error);
  if (error instanceof InvitationEnded) return new Problem('unauthenticated', 'The link has ended, or a later message has replaced it');
  if (error instanceof InvalidBody) {
    return new Problem({ refusal: error.code }, error.message, { members: { errors: [{ path: error.path, message: error.message }] } });
  }
  if (error instanceof TaskOver) return new Problem('task-over', 'The session no longer waits for this task, or not for another answer');
  if (error instanceof IdempotencyMismatch) return new Problem('idempotency-mismatch', 'This Idempotency-Key was used with another body');
  if (error instanceof TooManyKeys) {
    return new Problem('rate-limited', 'The session holds too many idempotency keys', { retryAfter: secondsUntil(error.until, now()) });
  }
  if (error instanceof RateLimited) {
    const { limit, channels, until } = error;
    return new Problem('rate-limited', 'Too many messages requested, or passwords tried', {
      members: { ...(limit === null ? {} : { limit }), ...(channels.length === 0 ? {} : { channels }) },
      ...(until === null ? {} : { retryAfter: secondsUntil(until, now()) }),
      reason: limit,
    });
  }
  if (
    error instanceof StoreUnavailable ||
    error instanceof Overloaded ||
    error instanceof ChannelUnavailable ||
    error instanceof SessionStranded ||
    error instanceof SessionMigrated
  ) {
    return new Problem('unavailable', unavailableDetail(error), { ...whenAgain(error), reason: reasonOf(error) });
  }
  if (error instanceof HTTPException && error.status === 413) return new Problem('body-too-large', 'The body is larger than 64 KiB');
  return internalProblem();
}

function internalProblem(): Problem {
  return new Problem('internal-error', 'The service failed to answer this request');
}

/** The sentences about the senders of an event, by role. */
const proofs: Readonly<Record<string, string>> = {
  holder: 'the holder of the session token',
  owner: 'the owner of the account',
  agent: 'an agent',
  client: 'the client with the key of this session',
};

/** An event for the provider alone has no route, so no request can send it. */
function senderProblem({ senders }: SenderRefused): Problem {
  const people = senders.filter((sender) => sender !== 'provider');
  if (people.length === 0) return new Problem('not-found', 'The session has no such event');
  const named = people.map((sender) => (Object.hasOwn(proofs, sender) ? proofs[sender] : `the ${sender}`));
  return new Problem('unauthenticated', `Only ${named.join(' or ')} can do this`);
}

/** Another attempt is useless while the settings of a provider are wrong. */
function whenAgain(error: Error): { readonly retryAfter?: number } {
  return error instanceof ChannelUnavailable && !error.isPassing ? {} : { retryAfter: unavailableRetrySeconds };
}

function reasonOf(error: Error): ProblemReason {
  if (error instanceof ChannelUnavailable) return 'no-provider';
  if (error instanceof SessionSuspended) return 'suspended';
  if (error instanceof SessionStranded || error instanceof SessionMigrated) return 'no-version';
  return error instanceof Overloaded ? 'overload' : 'database';
}

function unavailableDetail(error: Error): string {
  if (error instanceof ChannelUnavailable) return error.detail;
  if (error instanceof SessionSuspended) return 'The session is set aside until its workflow is mended';
  if (error instanceof SessionStranded) return 'The session belongs to a version that this service does not run';
  return 'The service is not available';
}
