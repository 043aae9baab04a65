/**
 * How many guesses a destination allows, over all sessions and networks: a pure function of what was guessed before. It allows
 * whole codes at first; after some wrong ones it is throttled: each further code is good for one guess, and takes one of a few
 * places of the day. ARCHITECTURE.md has the arithmetic.
 */

import type { LimitName } from '../engine/errors.ts';

/** What was guessed at one destination, or at the codes of one account. */
export interface GuessCount {
  /** Guesses that were wrong, or are being looked at, the newest last. Those that fell out of the window may be missing. */
  readonly guesses: readonly { readonly at: number; readonly id: string }[];
  /** Codes that were let through while it was throttled, the newest last. */
  readonly places: readonly Place[];
  /** Wrong guesses in a row. */
  readonly failures: number;
  /** It takes no code until an administrator opens it. */
  readonly closed: boolean;
}

interface Place {
  readonly at: number;
  readonly code: string;
  readonly network: string;
  /** The guess at it; null before there was one. */
  readonly guess: string | null;
}

export interface GuessLimits {
  /** What refuses: the places of a day are taken, those of one network are, or it is closed. */
  readonly names: Readonly<Record<'day' | 'network' | 'closed', LimitName>>;
  /** Wrong guesses within the window before it is throttled. */
  readonly wrong: number;
  readonly windowMs: number;
  /** Codes within a day that a throttled one lets through, and those of one network. */
  readonly perDay: number;
  readonly perNetwork: number;
  /** Wrong guesses in a row that close it; 0: it never closes. */
  readonly failures: number;
}

export interface GuessRefusal {
  readonly limit: LimitName;
  /** When it ends, in milliseconds since the epoch; null where only an administrator or a new code ends it. */
  readonly until: number | null;
}

/** A code that is issued, or guessed at. */
export interface CodeUse {
  readonly code: string;
  /** Where the request came from, as each secret key hashes it, the current one first. */
  readonly networks: readonly string[];
  readonly at: number;
}

interface Judged {
  readonly count: GuessCount;
  readonly refusal: GuessRefusal | null;
}

export const nothingGuessed: GuessCount = Object.freeze({ guesses: [], places: [], failures: 0, closed: false });

const dayMs = 24 * 60 * 60 * 1000;

/** Guesses are remembered by name, so that a repeated one counts once: more than are ever under way at once. */
const mostUnderWay = 20;

/** Whether each further code is good for one guess alone. */
export function isThrottled({ guesses }: GuessCount, at: number, { wrong, windowMs }: GuessLimits): boolean {
  return guesses.filter((guess) => guess.at + windowMs > at).length >= wrong;
}

/** Lets a new code through, or refuses it. The same code again takes no second place. */
export function admitCode(count: GuessCount, { code, networks, at }: CodeUse, limits: GuessLimits): Judged {
  if (count.closed) return { count, refusal: { limit: limits.names.closed, until: null } };
  if (!isThrottled(count, at, limits)) return { count, refusal: null };
  const places = count.places.filter((place) => place.at + dayMs > at);
  if (places.some((place) => place.code === code)) return { count, refusal: null };
  const own = places.filter(({ network }) => networks.includes(network));
  const refusal = later(fullUntil(limits.names.day, places, limits.perDay), fullUntil(limits.names.network, own, limits.perNetwork));
  if (refusal !== null) return { count, refusal };
  return { count: { ...count, places: [...places, { at, code, network: networks[0] ?? '', guess: null }] }, refusal: null };
}

/** Counts a guess as a wrong one, or refuses it: nobody looks at it then. The same guess again counts once. */
export function admitGuess(before: GuessCount, use: CodeUse & { readonly id: string }, limits: GuessLimits): Judged {
  const { id, code, at } = use;
  if (before.guesses.some((guess) => guess.id === id)) return { count: before, refusal: null };
  const wasThrottled = isThrottled(before, at, limits);
  const { count, refusal } = admitCode(before, use, limits);
  if (refusal !== null) return { count: before, refusal };
  const place = wasThrottled ? count.places.find((taken) => taken.code === code) : undefined;
  // One guess to a place: the code is over, which its session may not have heard yet.
  if (place && place.guess !== null) return { count: before, refusal: { limit: limits.names.day, until: null } };
  const failures = count.failures + 1;
  return {
    count: {
      guesses: [...count.guesses, { at, id }].slice(-mostRemembered(limits)),
      places: count.places.map((taken) => (taken === place ? { ...taken, guess: id } : taken)),
      failures,
      closed: limits.failures > 0 && failures >= limits.failures,
    },
    refusal: null,
  };
}

/**
 * More than throttle: a guess that is taken back leaves the room of the one that it pushed out, and as many may be taken back as the
 * places of a day allow to be under way.
 */
function mostRemembered({ wrong, perDay }: GuessLimits): number {
  return wrong + Math.max(perDay, mostUnderWay);
}

/** The guess was right: it was no wrong one, and ends those in a row. Wrong ones of before count on. */
export function forgiveGuess(count: GuessCount, id: string): GuessCount {
  return { ...count, guesses: count.guesses.filter((guess) => guess.id !== id), failures: 0, closed: false };
}

/** Nobody looked at the guess after all. */
export function withdrawGuess(count: GuessCount, id: string): GuessCount {
  const guesses = count.guesses.filter((guess) => guess.id !== id);
  if (guesses.length === count.guesses.length) return count;
  return { ...count, guesses, places: count.places.filter(({ guess }) => guess !== id), failures: Math.max(0, count.failures - 1) };
}

/** The code was not issued after all. */
export function withdrawCode(count: GuessCount, code: string): GuessCount {
  const places = count.places.filter((place) => place.code !== code || place.guess !== null);
  return places.length === count.places.length ? count : { ...count, places };
}

/** @returns when nothing of it counts any more, in milliseconds since the epoch; null when failures in a row never lapse */
export function endOf({ guesses, places, failures, closed }: GuessCount, { windowMs, failures: mostFailures }: GuessLimits): number | null {
  if (closed || (mostFailures > 0 && failures > 0)) return null;
  return Math.max(0, ...guesses.map(({ at }) => at + windowMs), ...places.map(({ at }) => at + dayMs));
}

/** What several records hold together: those under the keys of before count as well. */
export function together(counts: readonly GuessCount[]): GuessCount {
  return {
    guesses: inOrder(
      counts.flatMap(({ guesses }) => guesses),
      ({ id }) => id,
    ),
    places: inOrder(
      counts.flatMap(({ places }) => places),
      ({ code }) => code,
    ),
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    closed: counts.some(({ closed }) => closed),
  };
}

/** By time, each name once. */
function inOrder<T extends { readonly at: number }>(entries: readonly T[], nameOf: (entry: T) => string): T[] {
  return [...new Map(entries.map((entry) => [nameOf(entry), entry])).values()].sort((a, b) => a.at - b.at);
}

function fullUntil(limit: LimitName, places: readonly Place[], most: number) {
  const leaves = places.at(-most);
  return leaves ? { limit, until: leaves.at + dayMs } : null;
}

function later<T extends { readonly until: number }>(one: T | null, other: T | null): T | null {
  return one === null || (other !== null && other.until > one.until) ? other : one;
}
