/**
 * Promises: statements about a workflow as seen from outside, in other words than its machine uses. They are plain data. The tests of the
 * workflow compare every step of its machine with them, so that a changed machine which breaks a promise is found. Each part is optional, and
 * an absent part is not checked.
 */

/** A duration in milliseconds or a number of times: the name of a figure, or the number itself. */
export type Amount<Figure extends string = string> = Figure | number;

/** A text, number, boolean or null, as it is. */
export type Literal = string | number | boolean | null;

/** A test of one value: it equals the literal, or compares with the amount of a name. An absent value is null. */
export type Test =
  | Literal
  | { readonly not: Literal }
  /** True from a number, or from the value of a name, on. A null name is a moment that never comes. */
  | { readonly atLeast: Amount }
  | { readonly below: Amount };

/** Tests by name. All of them must hold. */
export type Condition = Readonly<Record<string, Test>>;

type Role = 'holder' | 'owner' | 'agent' | 'provider' | 'client' | (string & {});

/** A step of a session: an accepted event, or the end of a task. */
export type Cause<Event extends string = string, Delay extends string = string> =
  | {
      /** An event, or `start` for a start without an event. */
      readonly event: Event | 'start';
      /** Tests of the event's payload. */
      readonly with?: Condition;
      /** Tests of the machine's context before the event. */
      readonly when?: Condition;
      /** The timer that must still run. */
      readonly before?: Delay;
      /** The only role that may send the event. */
      readonly sender?: Role;
      /** True if the sender needs a recent second factor. */
      readonly secondFactor?: true;
    }
  | {
      /** The id of an invocation. */
      readonly task: string;
      readonly outcome?: string;
    }
  | { readonly task: string; readonly fails: true };

/** States and awaited tasks that nothing but these steps leads into. Steps from one of them to another are free. */
export interface GuardedEntry<Event extends string = string, State extends string = string, Delay extends string = string> {
  /** States, by their path. A state stands for all states inside it. */
  readonly states: readonly State[];
  /** The ids of invocations. */
  readonly tasks?: readonly string[];
  readonly by: readonly Cause<Event, Delay>[];
}

/** An event that a session accepts a number of times, and then refuses. */
export interface LimitPromise<Event extends string = string, Figure extends string = string, Refusal extends string = string> {
  readonly event: Event;
  readonly with?: Condition;
  readonly most: Amount<Figure>;
  /** The event that begins the count anew; the start of the session by default. */
  readonly since?: Event;
  readonly refusal: Refusal;
}

/** An event that is refused for a time, with the time that is left in Retry-After. */
export interface CooldownPromise<Event extends string = string, Figure extends string = string, Refusal extends string = string> {
  readonly event: Event;
  readonly with?: Condition;
  readonly lasts: Amount<Figure>;
  /** The event from which the time counts; the event itself by default. */
  readonly since?: Event | 'start';
  readonly refusal: Refusal;
}

/** A timer of the machine. No timer of this name is ever farther away than its duration. */
export interface DeadlinePromise<
  Event extends string = string,
  State extends string = string,
  Delay extends string = string,
  Figure extends string = string,
> {
  readonly delay: Delay;
  /** The duration, or the longest one if an event has a duration of its own. */
  readonly lasts: Amount<Figure>;
  /** Events that begin the deadline anew whenever a session accepts them and goes on. */
  readonly begunBy?: readonly {
    readonly event: Event;
    readonly with?: Condition;
    /** The duration after this event, if it differs. */
    readonly lasts?: Amount<Figure>;
  }[];
  /** The states of which one follows when the deadline passes. */
  readonly leadsTo?: State | readonly State[];
  /** The public name of the deadline. */
  readonly shownAs?: string;
}

/** A message that is sent on each of these steps and on no other step. */
export interface MessagePromise<
  Event extends string = string,
  State extends string = string,
  Delay extends string = string,
  Notice extends string = string,
> {
  readonly notice: Notice;
  /** The personal detail or the party that the message goes to. */
  readonly to?: string;
  readonly on?: readonly Cause<Event, Delay>[];
  /** Events whose refusal sends the message. */
  readonly refusing?: readonly Cause<Event, Delay>[];
  /** States whose entry sends the message. */
  readonly entering?: readonly State[];
}

/** The consequence of a task's end. */
export interface TaskEndPromise<State extends string = string> {
  readonly task: string;
  /** The outcome; a failure by default. */
  readonly outcome?: string;
  /** Tests of the context before. */
  readonly when?: Condition;
  readonly leadsTo: State;
  /** Tests of the context afterwards. */
  readonly knows?: Condition;
}

/** A number in the machine's context that never passes its limit. */
export interface CountPromise<Event extends string = string, State extends string = string, Figure extends string = string> {
  readonly most: Amount<Figure>;
  /** The events of which each raises the count by one, in this state; every other step resets the count, or leaves the state. */
  readonly of?: { readonly event: Event; readonly with?: Condition; readonly in: State };
}

/** A value in a table: a literal; or the value of a name or of a field of the request, with a sum. */
export type Value =
  | Literal
  | { readonly of: string; readonly plus?: Amount; readonly minus?: Amount; readonly times?: number }
  | { readonly field: string; readonly plus?: Amount; readonly minus?: Amount; readonly times?: number };

/** An effect of a rule. The effects of a list take place in order, each with the facts that the earlier ones left. */
export interface Effect {
  readonly with?: Condition;
  readonly when?: Condition;
  readonly set?: Readonly<Record<string, Value>>;
  readonly add?: Readonly<Record<string, number>>;
  /** The name of a list of effects. */
  readonly do?: string;
  /** Sends a message with a code. Messages with an equal value of this fact contain the same code, others different ones. */
  readonly sendsCode?: string;
  /** Notices to the owner of the account. */
  readonly tells?: readonly string[];
  /** Other tasks that the session begins and does not wait for. */
  readonly begins?: readonly string[];
  /** Ends the session with this outcome. */
  readonly ends?: string;
}

/**
 * A request and its answer. Of all rules for an event, the first one whose tests hold applies. An event without such a rule is not accepted.
 * The other names of `on`: `start`, `child` for the end of a child session with its `outcome`, `delivery` for the end of a message's
 * delivery, with `well`, and `task` for the end of another task, with its id as `task`, its `outcome` and `well`.
 */
export interface Rule {
  readonly on: string | readonly string[];
  /** Tests of the request's fields. */
  readonly with?: Condition;
  readonly when?: Condition;
  /** The code of the refusal; absent if the event is accepted. */
  readonly refusal?: string;
  /** The moment in Retry-After. */
  readonly until?: string;
  /** The least time in Retry-After, if its moment is not known. */
  readonly atLeast?: Amount;
  readonly effects?: readonly Effect[];
}

/** A value that applies under a condition. Of a list, the first one applies; without any, the value is not checked. */
export interface Clause {
  readonly when?: Condition;
  readonly is: Value;
}

/**
 * The complete behaviour of a workflow as a decision table. Names in conditions and values are those of facts, moments, flags and figures, and
 * `now`, `start`, `ended` (the outcome, or null), `endedAt`, `proves` (true while a result is shown) and `viewer`.
 */
export interface DecisionTable {
  /** The facts of a new session. */
  readonly facts: Readonly<Record<string, Literal>>;
  /** Moments, each a time after another moment. A moment after null is null. */
  readonly moments?: Readonly<Record<string, { readonly after: string; readonly lasts: Amount }>>;
  /** Named conditions, or alternatives of which one must hold. */
  readonly flags?: Readonly<Record<string, Condition | readonly Condition[]>>;
  readonly steps?: Readonly<Record<string, readonly Effect[]>>;
  /** The consequences of passed moments, in order, while the session is active. */
  readonly passing?: readonly { readonly at: string; readonly when?: Condition; readonly effects: readonly Effect[] }[];
  readonly rules: readonly Rule[];
  /** Events whose senders get no answer that they could use. */
  readonly unanswered?: readonly string[];
  /** The fields of the answers. The status, the outcome and the result follow from the ends. */
  readonly shows: Readonly<Record<string, readonly Clause[]>>;
  /** The accepted events of an active session. */
  readonly accepts: readonly { readonly event: string; readonly when?: Condition }[];
  /** Notices of which the owner gets at most one in a time. */
  readonly atMostEvery?: Readonly<Record<string, Amount>>;
}

export interface Promises<
  Event extends string = string,
  State extends string = string,
  Delay extends string = string,
  Figure extends string = string,
  Refusal extends string = string,
  Notice extends string = string,
> {
  readonly entries?: readonly GuardedEntry<Event, State, Delay>[];
  /** True if an active session always has a timer, or a task that is retried until it ends: it ends even if nobody acts. */
  readonly endsByItself?: true;
  /** The ids of invocations that no event and no timer interrupts. */
  readonly uninterrupted?: readonly string[];
  readonly limits?: readonly LimitPromise<Event, Figure, Refusal>[];
  readonly cooldowns?: readonly CooldownPromise<Event, Figure, Refusal>[];
  readonly deadlines?: readonly DeadlinePromise<Event, State, Delay, Figure>[];
  readonly messages?: readonly MessagePromise<Event, State, Delay, Notice>[];
  readonly taskEnds?: readonly TaskEndPromise<State>[];
  /** By the member of the machine's context. */
  readonly counts?: Readonly<Record<string, CountPromise<Event, State, Figure>>>;
  /** The final state of the success, and the lifetime of its result; without a lifetime, nothing is proved. */
  readonly success?: { readonly outcome: State; readonly lasts?: Amount<Figure> };
  readonly table?: DecisionTable;
}

declare const checked: unique symbol;

/** Marks the promises of a defined workflow, whose names the types of its machine have checked; never set. */
export interface Checked {
  readonly [checked]: true;
}
