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

/**
 * @param {Member} member
 * @param {Machine | null} machine null until it has been read, or if the workflow has no diagram
 * @returns {Offer[]}
 */
export function offersOf(member, machine) {
  const { workflow, session } = member;
  const { current } = session;
  if (current.status === 'done') return [];
  const own = holderOf(workflow);
  return Object.entries(workflow.events)
    .filter(([, { body }]) => !needsHandOver(body))
    .flatMap(([type, event]) => event.senders.map((sender) => ({ type, sender, ...event })))
    .map(({ type, sender, description, body }) => {
      const heard = transitionsAt(machine, current.state, type);
      const isAccepted = takesFrom(sender, type, member) ?? heard.some(({ kind }) => kind === 'event');
      const { refusal } =
        (isAccepted || isElsewhere(sender, workflow)
          ? undefined
          : heard.find((each) => each.refusal?.until && isTakenAfter(machine, current.state, each))) ?? {};
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
    .sort((a, b) => Number(a.sender !== own) - Number(b.sender !== own) || Number(a.anywhere) - Number(b.anywhere));
}

/**
 * True if the session takes the event from a sender whose view the page has; null if it follows from the machine, because the page would
 * have to log in first.
 * @param {string} sender
 * @param {string} type
 * @param {Member} member
 * @returns {boolean | null}
 */
function takesFrom(sender, type, { workflow, session, parties }) {
  // The key of a client comes with each request, so the page's own view has the events of the client too.
  const isOwn = sender === holderOf(workflow) || sender === 'client';
  if (!isOwn && !isElsewhere(sender, workflow)) return null;
  const { events = [] } = (isOwn ? session : parties.get(sender))?.current ?? {};
  return events.some((/** @type {{ type: string }} */ event) => event.type === type);
}

/** True for a party that only its own view tells about: the machine does not know its approvals. @param {string} sender @param {Member['workflow']} workflow */
function isElsewhere(sender, { invited }) {
  return invited.includes(sender) || !['holder', 'owner', 'agent'].includes(sender);
}

/**
 * The role in which the page sends an event: the recorded one, or else its own, or else the first of the event.
 * @param {Member['workflow']} workflow
 * @param {{ type: string, as?: string }} step
 */
export function senderOf(workflow, { type, as }) {
  const senders = workflow.events[type]?.senders ?? [];
  const own = holderOf(workflow);
  if (as !== undefined && senders.includes(as)) return as;
  return senders.includes(own) ? own : (senders[0] ?? own);
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
