/** Checks that promises name only what exists: events, states, tasks, delays, figures, refusals, notices, members of the context. */
import { isInvited, roles } from '../../machines/parties.ts';
import type { Promises } from '../../machines/promises.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { statesOf } from '../engine/machines/xstate-transition.ts';
import { exampleStarts } from '../engine/steps/example-start.ts';
import { startSession } from '../engine/steps/step.ts';
import type { Assembly } from './assembly.ts';
import { namesInMachine } from './machine-names.ts';
import { namesInPromises, type PromiseName, type PromiseNameSort, payloadNamesInPromises } from './promise-names.ts';

/** The names that the modules of a service provide for promises. */
type Known = Pick<Assembly, 'refusals' | 'notices' | 'figures'>;

/** Names of requests that are no events of the workflow: the start, the end of a child, the end of a delivery. */
const ownRequests = ['start', 'child', 'delivery'];

/** Names that every table has. */
const ownNames = ['now', 'start', 'viewer', 'ended', 'endedAt', 'proves'];

/** @returns each fault as a sentence */
export function promiseFaults(workflow: Workflow, known: Known): string[] {
  const { promises } = workflow;
  if (promises === undefined) return [];
  const names = knownNames(workflow, promises, known);
  const unknown = namesInPromises(promises).filter(({ sort, name }) => !names[sort].includes(name));
  const faults = unknown.map((found) => unnamedTask(workflow, found) ?? faultOf(found, names[found.sort]));
  return [
    ...new Set([
      ...faults,
      ...payloadFaults(workflow, promises),
      ...deadlineFaults(workflow, promises),
      ...messageFaults(workflow, promises, known),
    ]),
  ];
}

/** An `invoke` without an id gets one of XState, such as `0.order.shipping`, under which no author would look for it. */
function unnamedTask({ machine }: Workflow, { sort, name, part }: PromiseName): string | null {
  const state = sort === 'task' ? statesOf(machine).find(({ invoke }) => invoke.some(({ src }) => src === name)) : undefined;
  if (state === undefined) return null;
  return `its promises name the task '${name}' in '${part}' by its source: give its invoke in the state '${state.path.join('.')}' the id '${name}'`;
}

/** The longest list of names that an operator reads. */
const mostListed = 12;

function faultOf({ sort, name, part }: PromiseName, names: readonly string[]): string {
  const known = [...new Set(names)];
  const hint =
    known.length === 0 || known.length > mostListed ? 'define it, or correct the name' : `correct it to one of ${known.join(', ')}`;
  return `its promises name the ${sort} '${name}' in '${part}', which does not exist: ${hint}`;
}

function knownNames(
  workflow: Workflow,
  { table }: Promises,
  { refusals, notices, figures }: Known,
): Readonly<Record<PromiseNameSort, readonly string[]>> {
  const { machine, events, start, parties = {} } = workflow;
  const nodes = statesOf(machine);
  const facts = Object.keys(table?.facts ?? {});
  return {
    event: [...Object.keys(events), ...start.events.flatMap((event) => (event === null ? [] : [event.type])), ...ownRequests],
    state: nodes.map(({ path }) => path.join('.')).filter((path) => path !== ''),
    task: nodes.flatMap(({ invoke }) => invoke.map(({ id }) => id)),
    delay: [...Object.keys(machine.implementations.delays), ...nodes.flatMap(({ config }) => Object.keys(config.after ?? {}))],
    figure: Object.keys(figures),
    refusal: [...Object.keys(refusals), 'event-not-accepted'],
    notice: Object.keys(notices),
    party: [...roles, ...Object.keys(parties)],
    'member of the context': contextNames(workflow),
    fact: facts,
    'step of the table': Object.keys(table?.steps ?? {}),
    'name of the table': [
      ...facts,
      ...Object.keys(table?.moments ?? {}),
      ...Object.keys(table?.flags ?? {}),
      ...Object.keys(figures),
      ...ownNames,
    ],
  };
}

function contextNames(workflow: Workflow): string[] {
  return exampleStarts(workflow).flatMap((start) => Object.keys(startSession(workflow, start, null, 0).session.context));
}

/** A test of a field that no payload of the event has would never hold, or always. */
function payloadFaults({ events, start }: Workflow, promises: Promises): string[] {
  return payloadNamesInPromises(promises).flatMap(({ event, field, part }) => {
    const payloads = [...(events[event]?.payloads ?? []), ...start.events.filter((opening) => opening?.type === event)];
    if (payloads.length === 0 || payloads.some((payload) => payload !== null && Object.hasOwn(payload, field))) return [];
    const declared = [...new Set(payloads.flatMap((payload) => Object.keys(payload ?? {})))].join(', ');
    return [`its promises test the field '${field}' of ${event} in '${part}', and the payloads of ${event} have ${declared || 'no field'}`];
  });
}

function deadlineFaults({ deadlines }: Workflow, promises: Promises): string[] {
  return (promises.deadlines ?? []).flatMap(({ delay, shownAs }) => {
    const shown = Object.hasOwn(deadlines, delay) ? deadlines[delay] : undefined;
    if (shownAs === undefined || shown === shownAs) return [];
    const instead = shown === undefined ? 'not shown' : `shown as '${shown}'`;
    return [`its promises show the delay '${delay}' as '${shownAs}', and it is ${instead}: correct 'deadlines'`];
  });
}

/** A message that no action of the machine sends. */
function messageFaults({ machine, parties = {} }: Workflow, { messages = [] }: Promises, { notices }: Known): string[] {
  const sent = namesInMachine(machine).flatMap((found) => (found.kind === 'task' && found.notice !== undefined ? [found] : []));
  const invites = namesInMachine(machine).flatMap((found) => (found.kind === 'task' && found.party !== undefined ? [found.party] : []));
  const isInvitation = (notice: string, to: string | undefined) =>
    invites.some((name) => {
      const party = parties[name];
      return isInvited(party) && party.invited.notice === notice && (to === undefined || to === name);
    });
  return messages.flatMap(({ notice, to }) => {
    if (isInvitation(notice, to)) return [];
    if (!Object.hasOwn(notices, notice) || sent.some((found) => found.notice === notice && (to === undefined || found.to === to)))
      return [];
    return [`its promises send '${notice}'${to === undefined ? '' : ` to '${to}'`}, and no action of the machine does: add a sendMessage`];
  });
}
