/**
 * The paths that a mode needs which looks for something else than what a machine does at its fourth guess: each event in each state,
 * with each payload, each end of a task, each deadline, and each pair of transitions that follow one another, at least once.
 */
import { takenPairs } from './coverage.ts';
import type { Schedule } from './schedule.ts';

/** @returns so many of the schedules that nothing of that is left out, the longest first */
export function essential(schedules: readonly Schedule[]): Schedule[] {
  const covered = new Set<string>();
  const bySize = [...schedules].sort((a, b) => b.steps.length - a.steps.length);
  return bySize.filter((schedule) => {
    const fresh = whatItShows(schedule).filter((each) => !covered.has(each));
    for (const each of fresh) covered.add(each);
    return fresh.length > 0;
  });
}

function whatItShows(schedule: Schedule): string[] {
  const moves = schedule.steps.flatMap(({ covers }) => covers.map(({ key, label }) => `${JSON.parse(key)[0]} ${label}`));
  const deadlines = schedule.steps.flatMap(({ imminent, cancelled }) => [imminent, ...cancelled].map((event) => `${imminent} ${event}`));
  const opening = JSON.stringify(schedule.opening);
  return [opening, ...moves, ...deadlines, ...schedule.aftermath.taken.map((id) => `late ${id}`), ...takenPairs([schedule])];
}
