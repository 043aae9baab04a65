/** The limits on what one machine may do in one step. */

/**
 * Microsteps after one event: each eventless transition and each raised event is one. The longest chain of the workflows here has four. A
 * machine that exceeds the limit is in a loop.
 */
export const mostMicrosteps = 1000;

/** A hundred years, far beyond any session's life. Later times exceed the range of dates, and sums with them lose precision. */
export const longestDelayMs = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * Timers that fire in one commit; the next commit continues. If no process runs for three days, a machine with a timer for every second has 259,200 due timers. In
 * portions of this size, each commit takes a few milliseconds and 30 kB of history, and other sessions get turns in between.
 */
export const mostTimersPerCommit = 250;

/** Timers that fire at one moment. Timers that set each other without time passing would never end. */
export const mostTimersAtOnce = 100;

/** Commits that one request may wait for while its session catches up with the time. After that, the worker continues alone. */
export const mostCatchUpCommits = 400;
