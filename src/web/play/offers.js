// @ts-check
/** The events that a person can send now or later, computed from the session's representation and its machine. */

import { needsHandOver } from './schema.js';

/**
 * @typedef {import('./played-sessions.js').Member} Member
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ type: string, sender: string, description: string, body: Schema, accepted: boolean, reason: string | null, until: string | null,
 *   anywhere: boolean }} Offer `until` is when the service accepts a refused event; `anywhere` is true if every state accepts it
 * @typedef {import('../diagrams/machine.js').Machine} Machine
 * @typedef {import('../diagrams/machine.js').Transition} Transition
 */

/** The roles that this page can act for. An invited party follows the link in its message, and a client has a key of its own. */
const playable = new Set(['holder', 'owner', 'agent']);

/**
 * @param {Member} member
 * @param {Machine | null} machine null until it has been read, or if the workflow has no diagram
 * @returns {Offer[]}
 */
export function offersOf({ workflow, session }, machine) {
  const { current } = session;
  if (current.status === 'done') return [];
  const accepted = new Set(current.events.map((/** @type {{ type: string }} */ { type }) => type));
  return Object.entries(workflow.events)
    .filter(([, { sender, body }]) => playable.has(sender) && !needsHandOver(body))
    .map(([type, { sender, description, body }]) => {
      const heard = transitionsAt(machine, current.state, type);
      // The reader sees only their own events in the session. The events of other parties follow from the machine.
      const isAccepted = sender === holderOf(workflow) ? accepted.has(type) : heard.some(({ kind }) => kind === 'event');
      const { refusal } =
        (isAccepted ? undefined : heard.find((each) => each.refusal?.until && isTakenAfter(machine, current.state, each))) ?? {};
      const deadline = workflow.deadlines[refusal?.until?.name ?? ''];
      const until = deadline === undefined ? null : current[deadline];
      return {
        type,
        sender,
        description,
        body,
        accepted: isAccepted,
        reason: refusal?.code ?? null,
        until: typeof until === 'string' ? until : null,
        anywhere: heard.length > 0 && heard.every(({ source }) => source === ''),
      };
    })
    .filter(({ accepted: isAccepted, until }) => isAccepted || until !== null)
    .sort((a, b) => Number(a.anywhere) - Number(b.anywhere));
}

/**
 * The party that this page acts for: the holder of the session's token, or the agent if an agent starts the workflow.
 * @param {Member['workflow']} workflow
 */
export function holderOf({ by }) {
  return by === 'agent' ? 'agent' : 'holder';
}

/**
 * True if the event is accepted once the delay of a refusal is over. An event that is then refused for another reason is no offer.
 * @param {Machine | null} machine
 * @param {string} path of the present state
 * @param {Transition} refusing the refusal
 */
function isTakenAfter(machine, path, { event, refusal }) {
  const { until } = refusal ?? {};
  if (!until) return false;
  return (machine?.statesAt(path) ?? []).some((state) =>
    machine?.statesAfter(state, until.name).some((reached) => transitionsOf(machine, reached, event).some(({ kind }) => kind === 'event')),
  );
}

/**
 * @param {Machine | null} machine
 * @param {string} path of the states that the session is in
 * @param {string} type
 * @returns {Transition[]}
 */
function transitionsAt(machine, path, type) {
  return [...new Set((machine?.statesAt(path) ?? []).flatMap((state) => transitionsOf(machine, state, type)))];
}

/**
 * @param {Machine | null} machine
 * @param {import('../diagrams/machine.js').State | undefined} state
 * @param {string | null} type
 * @returns {Transition[]}
 */
function transitionsOf(machine, state, type) {
  return machine && state ? machine.transitionsIn(state).filter(({ event }) => event === type) : [];
}

/**
 * The pending deadlines, the next one first.
 * @param {readonly Member[]} members
 * @returns {{ name: string, at: string }[]}
 */
export function deadlinesOf(members) {
  return members
    .flatMap(({ workflow, session }) =>
      Object.values(workflow.deadlines).flatMap((name) => {
        const at = session.current[name];
        return typeof at === 'string' && session.current.status === 'active' ? [{ name, at }] : [];
      }),
    )
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
