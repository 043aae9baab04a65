// @ts-check
/** What a person can do in a session now, and what they can do later: read off its representation and its machine. */

/**
 * @typedef {import('./run.js').Member} Member
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ type: string, sender: string, description: string, body: Schema, accepted: boolean, reason: string | null, until: string | null,
 *   anywhere: boolean }} Offer `until` is when it is accepted, where it is refused now; `anywhere` is what every state takes
 * @typedef {import('../diagrams/machine.js').Machine} Machine
 * @typedef {import('../diagrams/machine.js').Transition} Transition
 */

/**
 * @param {Member} member
 * @param {Machine | null} machine null while it is not known, or where there is no picture
 * @returns {Offer[]}
 */
export function offersOf({ workflow, session }, machine) {
  const { current } = session;
  if (current.status === 'done') return [];
  const accepted = new Set(current.events.map((/** @type {{ type: string }} */ { type }) => type));
  return Object.entries(workflow.events)
    .filter(([, { sender }]) => sender !== 'provider')
    .map(([type, { sender, description, body }]) => {
      const heard = transitionsOf(machine, current.state).filter(({ event }) => event === type);
      const refused = accepted.has(type) ? undefined : heard.find(({ refusal }) => refusal?.until);
      const deadline = workflow.deadlines[refused?.refusal?.until?.name ?? ''];
      const until = deadline === undefined ? null : current[deadline];
      const anywhere = heard.length > 0 && heard.every(({ source }) => source === '');
      return {
        type,
        sender,
        description,
        body,
        accepted: accepted.has(type),
        reason: refused?.refusal?.code ?? null,
        until: typeof until === 'string' ? until : null,
        anywhere,
      };
    })
    .filter(({ accepted: isAccepted, until }) => isAccepted || until !== null);
}

/**
 * @param {Machine | null} machine
 * @param {string} path
 * @returns {Transition[]}
 */
function transitionsOf(machine, path) {
  const state = machine?.state(path);
  return machine && state ? machine.transitionsIn(state) : [];
}

/**
 * The deadlines that are pending, the next one first.
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
