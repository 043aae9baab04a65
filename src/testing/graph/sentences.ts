/** A path in words, for people who read what was tried. */
import type { Session } from '../../engine/session.ts';
import { statePath } from '../../engine/session.ts';
import { publicEventName } from '../../http/sessions/representation.ts';
import type { PlayedEnd, Schedule, ScheduledStep } from './schedule.ts';

export function sentenceOf({ steps }: Schedule): string {
  let before: Session | null = null;
  const phrases: string[] = [];
  for (const step of steps) {
    phrases.push(...phraseOf(step, before));
    before = step.session;
  }
  return `${joined(phrases)}.`;
}

function phraseOf(step: ScheduledStep, before: Session | null): string[] {
  const { does, rejection, session, ends, taken, at } = step;
  const state = statePath(session.value);
  const leadsTo = state === (before && statePath(before.value)) ? '' : `, which leads to ${state}`;
  if (does === 'start') return [`A session starts${endOf(ends)}${leadsTo}`];
  if (does === 'look')
    return taken.length === 0 ? [] : [`${ends.length > 0 ? `the message ${verb(ends)}` : `at ${clock(at)} a deadline passes`}${leadsTo}`];
  if ('child' in does) return [`the session that it waits for ends as ${does.child}${leadsTo}`];
  if ('task' in does) return [`the task ${does.task} ${endingOf(does)}${leadsTo}`];
  const details = Object.entries(does.payload).map(([name, value]) =>
    typeof value === 'boolean' ? `${value ? '' : 'not '}${name}` : `${name}: ${value}`,
  );
  const event = `${publicEventName(does.type)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
  if (rejection?.kind === 'not-accepted') return [`${event} is not accepted`];
  if (rejection?.kind === 'refused') return [`${event} is refused as ${rejection.code}${leadsTo}`];
  return [`${event} is taken${endOf(ends)}${leadsTo}`];
}

function endingOf({ well, outcome }: Pick<PlayedEnd, 'well' | 'outcome'>): string {
  return outcome === undefined ? (well ? 'succeeds' : 'fails') : `ends as ${outcome}`;
}

function endOf(ends: ScheduledStep['ends']): string {
  return ends.length > 0 ? ` and its message ${verb(ends)}` : '';
}

function verb(ends: ScheduledStep['ends']): string {
  return ends.at(-1)?.well ? 'is handed over' : 'cannot be delivered';
}

/** Hours, minutes and seconds after the start. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}

/** Repeated sentences are said once. */
function joined(phrases: readonly string[]): string {
  const told: string[] = [];
  for (const [index, phrase] of phrases.entries()) {
    if (phrase === phrases[index - 1]) continue;
    let times = 1;
    while (phrases[index + times] === phrase) times += 1;
    told.push(times === 1 ? phrase : `${phrase} (${times} times)`);
  }
  return told.join('; ');
}
