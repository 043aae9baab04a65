/** The one clock that matters: the database's, as the store or the sandbox tells it. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes back within a process. */
  now(): number;
  /** Makes `now` current where others may have moved it (the sandbox's shared clock); otherwise does nothing. */
  refresh(): Promise<void>;
  /** Whether time passes by itself; a frozen sandbox clock moves only when told to. */
  running(): boolean;
}
