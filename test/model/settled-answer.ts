/** Answers whose wait timed out: an answer waits two seconds for the tasks of its request. */
import { setTimeout as after } from 'node:timers/promises';
import type { Answer } from '../support/service.ts';

/** Far longer than a task takes on a busy machine. */
const longestMs = 20_000;

/** @param states in which the session waits for a task @returns the answer, or the session once it has left those states */
export async function onceOver(answer: Answer, state: RegExp, look: () => Promise<Answer>): Promise<Answer> {
  const begun = performance.now();
  let latest = answer;
  while (latest.status < 400 && state.test(latest.body.state) && performance.now() - begun < longestMs) {
    await after(20);
    latest = await look();
  }
  return latest;
}
