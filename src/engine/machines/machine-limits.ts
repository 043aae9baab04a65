/** The limits on what one machine may do in one step. */

/**
 * Microsteps that one event may lead to: each eventless transition and each raised event is one. The longest chain of the workflows here
 * has four. A machine that needs more repeats itself.
 */
export const mostMicrosteps = 1000;

/** A hundred years, far beyond any session's life. Later moments could not be written as a date, and a sum with them loses its precision. */
export const longestDelayMs = 100 * 365 * 24 * 60 * 60 * 1000;

/**
 * Timers that fire in one commit; the next commit goes on from there. A tick of a second that stood still for three days owes 259,200:
 * in portions of this size, each takes a few milliseconds and 30 kB of history, and other sessions have their turn in between.
 */
export const mostTimersPerCommit = 250;

/** Timers that fire at one moment. More than that set each other again without time passing: they would never end. */
export const mostTimersAtOnce = 100;

/** Commits that one request may wait for while its session catches up with the time. After that, the worker continues alone. */
export const mostCatchUpCommits = 400;
