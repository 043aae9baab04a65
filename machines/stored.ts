/** A session's machine as it is stored: its state, context, timers and tasks; and how a newer version takes it over. */

/** The context of any machine: small, bounded, made of plain values, so that its graph can be explored. */
export type Context = Readonly<Record<string, string | number | boolean | null>>;

/** The value of a state machine's state: a name, or the names of the active children. */
export type StateValue = string | { readonly [key: string]: StateValue | undefined };

/**
 * The states that a machine's history states would enter again: the ids of states by the id of the history state, both sorted. A history
 * state whose parent was never left has no entry.
 */
export type HistoryValue = Readonly<Record<string, readonly string[]>>;

/** A durable timer: the machine event that falls due. */
export interface Timer {
  /** XState's id of it, or a generated one for a `raise` without an id. One timer of an id exists at a time. */
  readonly id: string;
  readonly event: string;
  /** The name of the delay that it was set with. For a `raise` with a delay: its id, or the type of its event. */
  readonly delay: string;
  readonly dueAt: number;
  /** The members of a raised event besides its type; absent if it has none, as in every timer of `after`. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A task that is not done yet: work outside that the machine asked for. */
export interface PendingTask {
  /** The id of the invocation in the machine; of a detached task, the name of the action. */
  readonly id: string;
  /** No state that is left stops the task, and the machine does not hear of its end. It outlives the session's end. */
  readonly detached: boolean;
  /** The name of the handler that runs it. */
  readonly src: string;
  readonly input: unknown;
  readonly createdAt: number;
  /** Counts the tasks of a session; the result of another generation is dropped. */
  readonly generation: number;
}

/** The part of a stored session that names the structure of its machine. */
export interface Stored<Of = Context> {
  readonly value: StateValue;
  readonly context: Of;
  readonly timers: readonly Timer[];
  /** The engine keeps what it knows of the attempts at a task, found by its generation. */
  readonly tasks: readonly PendingTask[];
  /** Null, or absent in what a migration returns, if no history state has anything to enter again. */
  readonly historyValue?: HistoryValue | null;
}

/**
 * Makes a session of an older version one of this version. Pure and total: whatever the older machine could be in has a place in
 * this one. What comes out is held to the machine; a session that does not fit stays stranded.
 */
export type Migration<To = Context, From = To> = (stored: Stored<From>) => Stored<To>;
