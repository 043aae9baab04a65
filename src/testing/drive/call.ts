/** A request of a run. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** For a code: true if it was correct. */
  readonly correct?: boolean;
  /** A move of the clock, which all sessions of a run share. */
  readonly clock?: true;
}
