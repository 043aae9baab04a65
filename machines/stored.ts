/** The stored part of a session that belongs to its machine: state, context, timers and tasks; and the migration to a newer version. */

/** The context of any machine: small, bounded, and made of plain values, so that its graph can be explored. */
export type Context = Readonly<Record<string, string | number | boolean | null>>;

/** The value of a state machine's state: a name, or the names of the active children. */
export type StateValue = string | { readonly [key: string]: StateValue | undefined };

/**
 * The states that a machine's history states would enter again: state ids by the id of the history state, both sorted. A history state
 * whose parent was never left has no entry.
 */
export type HistoryValue = Readonly<Record<string, readonly string[]>>;

/** A durable timer, with the machine event that falls due. */
export interface Timer {
  /** XState's id of the timer, or a generated id for a `raise` without one. At most one timer of an id exists at a time. */
  readonly id: string;
  readonly event: string;
  /** The name of the timer's delay. For a `raise` with a delay: its id, or the type of its event. */
  readonly delay: string;
  readonly dueAt: number;
  /** The members of a raised event besides its type; absent if it has none, as in every timer of `after`. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A pending task: work outside the machine that the machine requested. */
export interface PendingTask {
  /** The id of the invocation in the machine; of a detached task, the name of the action. */
  readonly id: string;
  /** True for a task that no transition stops, and whose end the machine does not hear. It outlives the session. */
  readonly detached: boolean;
  /** The name of the handler that runs it. */
  readonly src: string;
  readonly input: unknown;
  readonly createdAt: number;
  /** The number of the task within its session. The result of another generation is dropped. */
  readonly generation: number;
}

/** The part of a stored session that names the structure of its machine. */
export interface Stored<Of = Context> {
  readonly value: StateValue;
  readonly context: Of;
  readonly timers: readonly Timer[];
  /** The engine stores the attempts at a task under its generation. */
  readonly tasks: readonly PendingTask[];
  /** Null, or absent in the result of a migration, if no history state has a state to enter again. */
  readonly historyValue?: HistoryValue | null;
}

/**
 * Turns a session of an older version into one of this version. Pure and total: every state of the older machine has a counterpart. The
 * result must fit the machine, or the session stays stranded.
 */
export type Migration<To = Context, From = To> = (stored: Stored<From>) => Stored<To>;
