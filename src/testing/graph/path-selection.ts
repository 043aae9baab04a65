/**
 * The selection of paths to drive. All paths are rehearsed; through a service, each takes its own session. A mode that does
 * not test the machine's counters needs each event in each state with each payload, each end of a task, and each deadline, once. If earlier
 * steps matter to it, it needs each pair of transitions that can follow one another.
 */
import { takenPairs } from './coverage.ts';
import type { Schedule } from './schedule.ts';

/**
 * `moves`: every move in each state. `pairs`: also after each possible move before. `counts`: also after any number of counted events.
 * `steps`: also with every other difference in the context, and every order of the timers. A step into an end is taken once, not once for
 * each count: such steps would need two thirds of all sessions.
 */
export type PathCriterion = 'moves' | 'pairs' | 'counts' | 'steps';

interface Candidate {
  readonly schedule: Schedule;
  /** The part of its coverage that no chosen schedule has, as far as is known. */
  fresh: readonly string[];
  /** The gain per step. It never rises. */
  worth: number;
}

/** The cost of a session besides its steps: its start, and the comparison at its end. */
const stepsBesides = 4;

/**
 * @param driven schedules that are driven elsewhere: only what none of them covers counts
 * @returns schedules that cover everything, with few steps, chosen greedily
 */
export function selectPaths(schedules: readonly Schedule[], what: PathCriterion, driven: readonly Schedule[] = []): Schedule[] {
  const shown = new Set(driven.flatMap((schedule) => whatItShows(schedule, what)));
  const chosen: Schedule[] = [];
  let left = schedules.map((schedule) => weighed({ schedule, fresh: [...new Set(whatItShows(schedule, what))], worth: 0 }, shown));
  while (left.length > 0) {
    left.sort((a, b) => b.worth - a.worth);
    const best = bestOf(left, shown);
    for (const each of best.fresh) shown.add(each);
    if (best.fresh.length > 0) chosen.push(best.schedule);
    left = left.filter((each) => each !== best && each.fresh.length > 0);
  }
  return chosen;
}

/** @param candidates sorted by their gain when it was last computed, the best first */
function bestOf([first, ...others]: readonly Candidate[], shown: ReadonlySet<string>): Candidate {
  if (first === undefined) throw new Error('There is nothing to choose from');
  let best = weighed(first, shown);
  for (const other of others) {
    if (other.worth <= best.worth) break;
    if (weighed(other, shown).worth > best.worth) best = other;
  }
  return best;
}

function weighed(candidate: Candidate, shown: ReadonlySet<string>): Candidate {
  candidate.fresh = candidate.fresh.filter((each) => !shown.has(each));
  candidate.worth = candidate.fresh.length / (candidate.schedule.steps.length + stepsBesides);
  return candidate;
}

function whatItShows(schedule: Schedule, what: PathCriterion): string[] {
  const moves = schedule.steps.flatMap(({ covers, session }) => {
    const active = session.status === 'active';
    return covers.map(({ key, label }) => `${active ? placeOf(key, what) : JSON.parse(key)[0]} ${label}`);
  });
  const deadlines = schedule.steps.flatMap(({ imminent, cancelled }) => [imminent, ...cancelled].map((event) => `${imminent} ${event}`));
  const opening = JSON.stringify(schedule.opening);
  const late = schedule.aftermath.taken.map((id) => `late ${id}`);
  return [opening, ...moves, ...deadlines, ...late, ...(what === 'moves' ? [] : takenPairs([schedule]))];
}

/** The part of a configuration that tells two places of a step apart. */
function placeOf(key: string, what: PathCriterion): string {
  if (what === 'steps') return key;
  const [state, , context] = JSON.parse(key);
  if (what !== 'counts') return state;
  return JSON.stringify([state, ...Object.entries(context).filter(([, value]) => typeof value === 'number')]);
}
