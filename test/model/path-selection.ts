/**
 * The paths that are driven, of those that there are. All of them are rehearsed; through a service, each takes a session of its own.
 * A mode that looks for something else than what a machine does at its fourth guess needs each event in each state, with each payload,
 * each end of a task and each deadline, at least once; and where what was before may matter, too, each pair of transitions that
 * follow one another.
 */
import { takenPairs } from './coverage.ts';
import type { Schedule } from './schedule.ts';

/**
 * `moves`: whatever can happen in a state; `pairs`: also after whatever can come before; `steps`: also however often what is counted
 * has happened. How often does not matter to an end: a session of its own for each would be two of three sessions.
 */
export type PathCriterion = 'moves' | 'pairs' | 'steps';

interface Candidate {
  readonly schedule: Schedule;
  /** What it shows that none of those that were chosen does, as far as anybody has looked. */
  fresh: readonly string[];
  /** How much that is for a step. It never becomes more. */
  worth: number;
}

/** What a session takes besides its steps: to be started, and to be looked at in the end. */
const stepsBesides = 4;

/**
 * @param driven schedules that are driven elsewhere: only what none of them shows is looked for
 * @returns so many of the schedules that nothing of that is left out, and as few steps as come of taking the best next one each time
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

/** @param candidates by what they were worth when somebody last looked, the best first */
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
    const whole = what === 'steps' && session.status === 'active';
    return covers.map(({ key, label }) => `${whole ? key : JSON.parse(key)[0]} ${label}`);
  });
  const deadlines = schedule.steps.flatMap(({ imminent, cancelled }) => [imminent, ...cancelled].map((event) => `${imminent} ${event}`));
  const opening = JSON.stringify(schedule.opening);
  const late = schedule.aftermath.taken.map((id) => `late ${id}`);
  return [opening, ...moves, ...deadlines, ...late, ...(what === 'moves' ? [] : takenPairs([schedule]))];
}
