/** The errors of the engine. A refusal by the statechart is not an error: see `Rejection`. */
import type { Channel } from '../../machines/workflow.ts';
import { type Fault, faultLine } from './machines/fault.ts';

/** The database is out of reach, too slow or too busy. The effect of a statement under way is unknown. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The service is too busy for the request. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** The session does not exist, or the caller may not know of it. */
export class SessionNotFound extends Error {
  override readonly name = 'SessionNotFound';
}

/** The version of the workflow that the session runs has no such event. */
export class EventNotFound extends Error {
  override readonly name = 'EventNotFound';
}

/** Another party of the session may send the event. */
export class SenderRefused extends Error {
  override readonly name = 'SenderRefused';
  /** The roles that may send the event. */
  readonly senders: readonly string[];
  constructor(senders: readonly string[]) {
    super(`Only the ${senders.join(' or the ')} may send this event`);
    this.senders = senders;
  }
}

/** The token is of an invitation that has ended, or that a later one replaced. */
export class InvitationEnded extends Error {
  override readonly name = 'InvitationEnded';
  constructor(party: string) {
    super(`The invitation of the ${party} has ended`);
  }
}

/** The session was migrated to another version of its workflow after the request was checked against the former version. */
export class SessionMigrated extends Error {
  override readonly name = 'SessionMigrated';
}

/** A machine fails at an event, or produces a value that no session can hold. The transition is not committed. */
export class MachineFault extends Error {
  override readonly name = 'MachineFault';
  readonly workflow: string;
  /** The path of the state that the session is in. */
  readonly state: string;
  readonly fault: string;
  constructor({ workflow, state, fault }: Fault, options?: ErrorOptions) {
    super(faultLine({ workflow, state, fault }), options);
    this.workflow = workflow;
    this.state = state;
    this.fault = fault;
  }
}

/** The session's version of its machine is not registered in this process. The session stays unchanged. */
export class SessionStranded extends Error {
  override readonly name: string = 'SessionStranded';
}

/** The session's machine failed at something that was due. The session is set aside until a start of the service takes it back. */
export class SessionSuspended extends SessionStranded {
  override readonly name = 'SessionSuspended';
}

/** The session no longer waits for the task: it has ended, its state was left, or its time is up. */
export class TaskOver extends Error {
  override readonly name = 'TaskOver';
}

/** The Idempotency-Key was used with another body. */
export class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch';
}

/** A session stores the outcomes of too many keyed requests. */
export class TooManyKeys extends Error {
  override readonly name = 'TooManyKeys';
  /** The time at which the oldest record expires, in milliseconds since the epoch. */
  readonly until: number;
  constructor(until: number) {
    super('Too many idempotency keys');
    this.until = until;
  }
}

/**
 * The limits across sessions, as refusals and the metrics name them. The names are few and fixed, and none of them reveals whether an
 * account exists. Limits of an account are named only to callers who know its password, and to operators. `password` counts alike for
 * addresses with and without an account.
 */
export const limitNames = [
  'destination',
  'number-range',
  'country',
  'country-share',
  'client',
  'network',
  'account',
  'password',
  'agent',
  // Wrong codes at a destination and at an account.
  'guesses',
  'guesses-network',
  'guesses-closed',
  'account-guesses',
  'account-guesses-network',
  'account-blocked',
  'account-channel-closed',
] as const;
export type LimitName = (typeof limitNames)[number];

/** Too many requests in too short a time, from one client or for one target. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  /** When the same request would succeed, in milliseconds since the epoch; null if waiting is not enough. */
  readonly until: number | null;
  /** The limit with the longest refusal; null if it has no name. */
  readonly limit: LimitName | null;
  /** Other channels that would accept the same message now. */
  readonly channels: readonly Channel[];
  constructor(until: number | null, limit: LimitName | null = null, channels: readonly Channel[] = []) {
    super('Too many requests');
    this.until = until;
    this.limit = limit;
    this.channels = channels;
  }
}

/** The body satisfies its schema but has no meaning. */
export class InvalidBody extends Error {
  override readonly name = 'InvalidBody';
  /** JSON pointer into the body. */
  readonly path: string;
  /** The code of the problem: `invalid-request`, or a refusal of a module. */
  readonly code: string;
  constructor(path: string, message: string, code = 'invalid-request') {
    super(message);
    this.path = path;
    this.code = code;
  }
}

/** A provider that the request needs is missing, or can't be used now. */
export class ChannelUnavailable extends Error {
  override readonly name = 'ChannelUnavailable';
  /** The sentence for the caller. The message is for the operator. */
  readonly detail: string;
  /** False if the settings of a provider are wrong: every attempt fails until the operator has corrected them. */
  readonly isPassing: boolean;
  constructor(
    message: string,
    {
      cause,
      detail = 'No provider is configured for this channel',
      isPassing = true,
    }: { readonly cause?: unknown; readonly detail?: string; readonly isPassing?: boolean } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.detail = detail;
    this.isPassing = isPassing;
  }
}
