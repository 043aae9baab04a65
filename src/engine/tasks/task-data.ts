/** The personal details that a task with its own work adds to its session. */
import { ownershipDetails } from '../../../machines/workflow.ts';
import type { Personal } from '../ports.ts';

/** Texts for a screen or a message. A document does not belong in a session, whose row is written at each step. */
const mostTexts = 20;
const longestText = 2_000;

/** A name can be a field of a view, so `@client` of the engine and `__proto__` are none. */
const plainName = /^[a-zA-Z][\w-]{0,63}$/;

/** @returns the fault of the details, for the author of the task; null without one */
export function taskDataFault(data: unknown): string | null {
  const limits = `At most ${mostTexts} texts by name, each of at most ${longestText} characters`;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return limits;
  const texts = Object.entries(data);
  if (texts.length > mostTexts || !texts.every(([, text]) => isText(text))) return limits;
  const strange = texts.find(([name]) => !plainName.test(name));
  if (strange !== undefined) return 'Names of at most 64 letters, digits, - and _ that begin with a letter';
  const [owning] = texts.map(([name]) => name).filter((name) => ownershipDetails.includes(name));
  return owning === undefined ? null : `No '${owning}', which says whose a session is`;
}

export function areTaskData(data: unknown): data is Personal {
  return taskDataFault(data) === null;
}

function isText(text: unknown): boolean {
  return typeof text === 'string' && text.length <= longestText && !/\0|\p{Surrogate}/u.test(text);
}
