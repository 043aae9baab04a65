// @ts-check
/** The moments of a session: the entries of its history, and steps that no history records because they changed no session. */
import { inWords } from './schema.js';

/**
 * @typedef {import('./recorded-run.js').Run} Run
 * @typedef {import('./path.js').Step} Step
 * @typedef {{ at: number, text: string, state: string | null, refusal: string | null, isStep: boolean, steps: number,
 *   reached: import('./path.js').Reached | null }} Moment `steps` is the number of steps done by then; `reached` is null if no history
 *   records the moment
 */

/**
 * @param {Run} run
 * @returns {Moment[]} in chronological order
 */
export function momentsOf({ members, steps, begunAt }) {
  const told = new Set();
  const happened = members.flatMap(({ history, depth, workflow }) =>
    history.map(({ at: time, event, to, refusal, begun }, position) => {
      const at = Date.parse(time) - begunAt;
      const index = steps.findIndex(
        (step, place) => !told.has(place) && step.at === at && nameOf(step) === event && ('depth' in step ? step.depth : 0) === depth,
      );
      if (index !== -1) told.add(index);
      const text = depth === 0 ? eventInWords(event) : `${eventInWords(event)} (${workflow.title.toLowerCase()})`;
      // While the clock is frozen, many entries share one time. A step that began after the page read an entry comes after that entry.
      const before = steps.filter((step, place) => place < begun && step.at <= at).length;
      const reached = { depth, event, state: to, times: timesOf({ event, to }, history.slice(0, position + 1)) };
      return { at, text, state: to, refusal, isStep: index !== -1, steps: index === -1 ? before : index + 1, reached };
    }),
  );
  const done = steps.flatMap((step, index) =>
    told.has(index) || step.do === 'account'
      ? []
      : [{ at: step.at, text: stepInWords(step), state: null, refusal: step.refusal, isStep: true, steps: index + 1, reached: null }],
  );
  return [...happened, ...done].sort((a, b) => a.at - b.at || a.steps - b.steps || Number(b.isStep) - Number(a.isStep));
}

/**
 * How many entries of the history record this event with this resulting state.
 * @param {{ event: string, to: string }} entry
 * @param {readonly { event: string, to: string }[]} history
 */
export function timesOf({ event, to }, history) {
  return history.filter((other) => other.event === event && other.to === to).length;
}

/** The event with which the history records a step; null if it records none. @param {Step} step */
export function nameOf(step) {
  if (step.do === 'send') return step.type;
  if (step.do === 'answer') return `${step.task}.${step.outcome === null ? 'failed' : 'done'}`;
  return step.do === 'start' ? 'start' : null;
}

/** Events of the engine, where their parts do not read well. @type {Record<string, string>} */
const happenings = {
  start: 'Session started',
  'deliverCode.done': 'Code sent',
  'deliverCode.failed': 'Code could not be sent',
  'applyChange.done': 'Account updated',
  'applyChange.failed': 'Account could not be updated',
  'createAccount.done': 'Account created',
  'createAccount.failed': 'Account could not be created',
  'exchangeGrant.done': 'Provider answered',
  'exchangeGrant.failed': 'Provider did not answer',
  'after.codeLifetime': 'Code expired',
  'after.resendCooldown': 'Resend available',
  'after.sessionLifetime': 'Session expired',
  'after.linkLifetime': 'Link request expired',
  'after.timeGranted': 'Access ended',
};

/** The event of a history entry, in words: `after.resendCooldown`, `deliverCode.done`, `submit-code`. @param {string} event */
export function eventInWords(event) {
  const [, delay] = /^after\.(.+)$/.exec(event) ?? [];
  return happenings[event] ?? inWords(delay === undefined ? event : `${delay} over`);
}

/** @param {Step} step */
export function stepInWords(step) {
  if (step.do === 'deliveries') return `Make the next ${step.channel} ${step.outcome}`;
  if (step.do === 'report') return 'Message reported as lost';
  if (step.do === 'account') return 'Create a test account';
  if (step.do === 'answer') return `Answer ${inWords(step.task).toLowerCase()}: ${inWords(step.outcome ?? 'failed').toLowerCase()}`;
  return step.do === 'send' ? inWords(step.type) : inWords(step.do);
}
