/**
 * The number of guesses that a destination allows, over all sessions and networks, as a pure function of earlier guesses. At first each
 * code allows its usual number of guesses. After some wrong guesses the destination is throttled: each further code allows one guess, and
 * takes one of a few places per day. docs/guessing.md has the arithmetic.
 */
import type { LimitName } from '../engine/errors.ts';

/** The guesses at one destination, or at the codes of one account. */
export interface GuessCount {
  /** Wrong guesses, and guesses still being compared, the newest last. Guesses older than the window may be missing. */
  readonly guesses: readonly { readonly at: number; readonly id: string }[];
  /** Codes admitted while the destination was throttled, the newest last. */
  readonly places: readonly Place[];
  /** The number of consecutive wrong guesses. */
  readonly failures: number;
  /** True if the destination gets no code until an admin opens it. */
  readonly closed: boolean;
}

interface Place {
  readonly at: number;
  readonly code: string;
  readonly network: string;
  /** The guess at this code; null before there is one. */
  readonly guess: string | null;
}

export interface GuessLimits {
  /** The names of the limits: all places of the day are taken, one network's places are taken, or the destination is closed. */
  readonly names: Readonly<Record<'day' | 'network' | 'closed', LimitName>>;
  /** The number of wrong guesses within the window that throttles a destination. */
  readonly wrong: number;
  readonly windowMs: number;
  /** The codes per day for a throttled destination, in total and per network. */
  readonly perDay: number;
  readonly perNetwork: number;
  /** The number of consecutive wrong guesses that closes a destination; with 0 it never closes. */
  readonly failures: number;
}

export interface GuessRefusal {
  readonly limit: LimitName;
  /** The end of the refusal, in milliseconds since the epoch; null if only an admin or a new code ends it. */
  readonly until: number | null;
}

/** The issue of a code, or a guess at it. */
export interface CodeUse {
  readonly code: string;
  /** The network of the request, hashed by each secret key, the current one first. */
  readonly networks: readonly string[];
  readonly at: number;
}

interface Judged {
  readonly count: GuessCount;
  readonly refusal: GuessRefusal | null;
}

export const nothingGuessed: GuessCount = Object.freeze({ guesses: [], places: [], failures: 0, closed: false });

const dayMs = 24 * 60 * 60 * 1000;

/** At least this many guesses are stored by id, so that a repetition counts once. Never so many are under way at once. */
const mostUnderWay = 20;

/** True if each further code allows only one guess. */
export function isThrottled({ guesses }: GuessCount, at: number, { wrong, windowMs }: GuessLimits): boolean {
  return guesses.filter((guess) => guess.at + windowMs > at).length >= wrong;
}

/** Admits a new code, or refuses it. A code that was admitted before takes no second place. */
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

/** Counts a guess as wrong in advance, or refuses it before the comparison. A repeated guess counts once. */
export function admitGuess(before: GuessCount, use: CodeUse & { readonly id: string }, limits: GuessLimits): Judged {
  const { id, code, at } = use;
  if (before.guesses.some((guess) => guess.id === id)) return { count: before, refusal: null };
  const wasThrottled = isThrottled(before, at, limits);
  const { count, refusal } = admitCode(before, use, limits);
  if (refusal !== null) return { count: before, refusal };
  const place = wasThrottled ? count.places.find((taken) => taken.code === code) : undefined;
  // Each place allows one guess. The code is used up, although its session may not know that yet.
  if (place && place.guess !== null) return { count: before, refusal: { limit: limits.names.day, until: null } };
  const failures = count.failures + 1;
  return {
    count: {
      guesses: [...count.guesses, { at, id }].slice(-mostStoredGuesses(limits)),
      places: count.places.map((taken) => (taken === place ? { ...taken, guess: id } : taken)),
      failures,
      closed: limits.failures > 0 && failures >= limits.failures,
    },
    refusal: null,
  };
}

/**
 * The number of stored guesses. More are stored than throttle a destination, because a guess that is taken back does not restore the older
 * guess that it replaced. At most as many guesses can be taken back as a day has places.
 */
function mostStoredGuesses({ wrong, perDay }: GuessLimits): number {
  return wrong + Math.max(perDay, mostUnderWay);
}

/** Takes back a correct guess, and clears the number of consecutive wrong guesses. Earlier wrong guesses still count within the window. */
export function forgiveGuess(count: GuessCount, id: string): GuessCount {
  return { ...count, guesses: count.guesses.filter((guess) => guess.id !== id), failures: 0, closed: false };
}

/** Takes back a guess that was not compared after all. */
export function withdrawGuess(count: GuessCount, id: string): GuessCount {
  const guesses = count.guesses.filter((guess) => guess.id !== id);
  if (guesses.length === count.guesses.length) return count;
  const places = count.places.filter(({ guess }) => guess !== id);
  // A closed destination admits no further guess. So if any single counted guess is taken back, the destination is open again.
  return { guesses, places, failures: Math.max(0, count.failures - 1), closed: false };
}

/** Takes back a code that was not issued after all. */
export function withdrawCode(count: GuessCount, code: string): GuessCount {
  const places = count.places.filter((place) => place.code !== code || place.guess !== null);
  return places.length === count.places.length ? count : { ...count, places };
}

/** @returns the expiry of the whole count, in milliseconds since the epoch; null if consecutive failures never expire */
export function endOf({ guesses, places, failures, closed }: GuessCount, { windowMs, failures: mostFailures }: GuessLimits): number | null {
  if (closed || (mostFailures > 0 && failures > 0)) return null;
  return Math.max(0, ...guesses.map(({ at }) => at + windowMs), ...places.map(({ at }) => at + dayMs));
}

/** Merges several records, because records under former secret keys count as well. */
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
    failures: failuresOf(counts),
    closed: counts.some(({ closed }) => closed),
  };
}

/**
 * The consecutive wrong guesses of several records. Two processes with different current keys may each have built on the same records. The
 * guesses in both of their records count once.
 */
function failuresOf(counts: readonly GuessCount[]): number {
  const [most, ...others] = counts.toSorted((a, b) => b.failures - a.failures);
  if (most === undefined) return 0;
  const known = new Set(most.guesses.map(({ id }) => id));
  return others.reduce((sum, { guesses, failures }) => {
    const own = guesses.filter(({ id }) => !known.has(id));
    for (const { id } of own) known.add(id);
    return sum + (own.length === guesses.length ? failures : Math.min(failures, own.length));
  }, most.failures);
}

/** Sorts by time, and removes duplicates by name. */
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
