/** The engine's clock: the database's time, or the sandbox's. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes back within a process. */
  now(): number;
  /** Updates `now` if other processes may have moved the clock (the sandbox's); otherwise does nothing. */
  refresh(): Promise<void>;
  /** True if time passes by itself. A frozen sandbox clock moves only on request. */
  running(): boolean;
}
