/** What the engine may answer instead of a session. Refusals of the statechart are not errors: see `Rejection`. */
import type { Channel, Sender } from '../../machines/workflow.ts';

/** The database is out of reach, too slow or too busy; whether a statement under way took effect is unknown. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The service itself is too busy to take this on. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** There is no session of that id, or none that the caller may know of. */
export class SessionNotFound extends Error {
  override readonly name = 'SessionNotFound';
}

/** The session's workflow, in the version that the session runs, declares no such event. */
export class EventNotFound extends Error {
  override readonly name = 'EventNotFound';
}

/** The event is for another party of the session to send. */
export class SenderRefused extends Error {
  override readonly name = 'SenderRefused';
  /** The sender that the event names. */
  readonly sender: Sender;
  constructor(sender: Sender) {
    super(`Only the ${sender} may send this event`);
    this.sender = sender;
  }
}

/** The session was migrated to another version of its workflow after the request was judged by the former one. */
export class SessionMigrated extends Error {
  override readonly name = 'SessionMigrated';
}

/** The session's machine version is not registered in this process: it is left as it is, never guessed at. */
export class SessionStranded extends Error {
  override readonly name = 'SessionStranded';
}

/** The Idempotency-Key was used with another body. */
export class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch';
}

/** A session has kept the outcomes of too many keyed requests. */
export class TooManyKeys extends Error {
  override readonly name = 'TooManyKeys';
  /** When the oldest is forgotten, in milliseconds since the epoch. */
  readonly until: number;
  constructor(until: number) {
    super('Too many idempotency keys');
    this.until = until;
  }
}

/**
 * The limits across sessions, as a refusal and the metrics name them: what is counted together. Few and fixed, and none of them says
 * whether an account exists: those of an account are named only to those who know its password, or run the service; `password` counts
 * for addresses that have no account as for those that have one.
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
  // Wrong codes, of a destination and of an account.
  'guesses',
  'guesses-network',
  'guesses-closed',
  'account-guesses',
  'account-guesses-network',
  'account-blocked',
  'account-channel-closed',
] as const;
export type LimitName = (typeof limitNames)[number];

/** Too much was asked for in too short a time, by somebody or for somebody. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  /** When the same request would be taken, in milliseconds since the epoch; null where time alone changes nothing. */
  readonly until: number | null;
  /** The limit that refuses for longest; null where it has no name. */
  readonly limit: LimitName | null;
  /** Other channels over which the same message would go out now. */
  readonly channels: readonly Channel[];
  constructor(until: number | null, limit: LimitName | null = null, channels: readonly Channel[] = []) {
    super('Too much was asked for');
    this.until = until;
    this.limit = limit;
    this.channels = channels;
  }
}

/** The body satisfies its schema and still means nothing. */
export class InvalidBody extends Error {
  override readonly name = 'InvalidBody';
  /** JSON pointer into the body. */
  readonly path: string;
  /** What kind of problem it is. */
  readonly code: 'invalid-request' | 'invalid-phone' | 'weak-password' | 'landline-needs-voice' | 'same-destination';
  constructor(path: string, message: string, code: InvalidBody['code'] = 'invalid-request') {
    super(message);
    this.path = path;
    this.code = code;
  }
}

/** No provider is configured for the channel that the request needs. */
export class ChannelUnavailable extends Error {
  override readonly name = 'ChannelUnavailable';
}
