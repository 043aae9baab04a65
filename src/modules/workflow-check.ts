/**
 * Checks that every name that a workflow uses exists exactly once and fits its use. A faulty workflow stops the start of the service: one
 * line for each fault, with the workflow and the state.
 */
import type { AnyStateMachine } from 'xstate';
import { startUse } from '../../machines/session-data.ts';
import { type Context, ownTaskOf, type Workflow } from '../../machines/workflow.ts';
import { type Fault, faultLine } from '../engine/machines/fault.ts';
import type { Workflows } from '../engine/machines/workflows.ts';
import { matches, statesOf } from '../engine/machines/xstate-transition.ts';
import { partiesOf } from '../engine/sessions/access.ts';
import { exampleStarts } from '../engine/steps/example-start.ts';
import { startSession } from '../engine/steps/step.ts';
import type { Assembly } from './assembly.ts';
import { dataFaults, isDataResolver } from './data-check.ts';
import { type MachineName, namesInMachine, raisedIn } from './machine-names.ts';
import { channelFault } from './message-channels.ts';
import { ModuleError } from './module-error.ts';
import { inviteFault, partyFaults } from './party-check.ts';
import { promiseFaults } from './promise-check.ts';
import { screenFaults } from './screen-check.ts';
import { ownTaskFaults } from './task-check.ts';

/** The names that the modules of a service provide for workflows. */
type Known = Pick<
  Assembly,
  'refusals' | 'notices' | 'details' | 'claims' | 'channels' | 'resolverNames' | 'taskNames' | 'hasOwners' | 'figures'
>;

/** @throws ModuleError that names each fault in a line */
export function checkWorkflows(workflows: Workflows, known: Known): void {
  const all = [...workflows.latest(), ...workflows.older()];
  const faults = all.flatMap((workflow) => workflowFaults(workflow, all, known));
  const latest = workflows.latest();
  for (const [index, { name, collection }] of latest.entries()) {
    const other = latest.slice(0, index).find((before) => before.collection === collection);
    if (other) faults.push(faultLine({ workflow: name, state: '', fault: `the collection '${collection}' is also that of ${other.name}` }));
  }
  if (faults.length > 0) throw new ModuleError(faults);
}

/** Paths under /v1 that are not collections of sessions. */
const takenCollections = ['me', 'workflows', 'callbacks'];

/** Names under a session that are not events. */
const takenEvents = ['history', 'stream', 'access-token'];

function workflowFaults(workflow: Workflow, all: readonly Workflow[], known: Known): string[] {
  const faults: (string | StateFault)[] = [
    ...nameFaults(workflow),
    ...startFaults(workflow, known),
    ...Object.keys(workflow.events).flatMap((type) => eventFaults(workflow, type, known)),
    ...partyFaults(workflow, known),
    ...strangeEvents(workflow),
    ...deadPatterns(workflow),
    ...childFaults(workflow, all),
    ...ownTaskFaults(workflow, known),
    ...namesInMachine(workflow.machine).flatMap((found) => machineFaults(workflow, found, known)),
    ...outcomeFaults(workflow, known),
    ...dataFaults(workflow),
    ...screenFaults(workflow),
    ...detailFaults(workflow, known),
    ...promiseFaults(workflow, known),
  ];
  return faults.map((fault) => faultLine({ workflow: workflow.name, state: '', ...(typeof fault === 'string' ? { fault } : fault) }));
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function nameFaults({ name, collection }: Workflow): string[] {
  return [
    ...(kebabCase.test(name) ? [] : ['the name must be in kebab-case']),
    ...(kebabCase.test(collection) ? [] : [`the collection '${collection}' must be in kebab-case`]),
    ...(takenCollections.includes(collection) ? [`the collection '${collection}' is an address of the service`] : []),
  ];
}

function startFaults(workflow: Workflow, { resolverNames, hasOwners }: Known): string[] {
  const { start } = workflow;
  return [
    ...resolverFaults(workflow, { of: 'the start', use: startUse, resolver: start.resolver ?? null }, resolverNames),
    ...(start.events.length === 0 ? ['the start has no first event; a start without a first event has the events [null]'] : []),
    ...(start.inputs?.length === 0 ? ['the start has no input; a machine without input has no inputs'] : []),
    ...(start.by === 'owner' && !hasOwners
      ? ["no module recognises owners of accounts, who alone may start it: add the module accounts() to 'needs'"]
      : []),
  ];
}

interface Resolving {
  /** The start, or an event. */
  readonly of: string;
  readonly use: string;
  readonly resolver: string | null;
}

function resolverFaults(workflow: Workflow, { of, use, resolver }: Resolving, names: readonly string[]): string[] {
  if (resolver === null || names.includes(resolver) || isDataResolver(workflow, resolver, use)) return [];
  return [`no module brings the resolver '${resolver}', named by ${of}`];
}

/** An event needs a known resolver, a payload, and a state that hears it. */
function eventFaults(workflow: Workflow, type: string, { resolverNames }: Known): string[] {
  const { events, machine } = workflow;
  const event = events[type];
  if (event === undefined) return [];
  const { resolver = null, payloads } = event;
  const faults = resolverFaults(workflow, { of: `the event ${type}`, use: type, resolver }, resolverNames);
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(type)) faults.push(`the event '${type}' must be in capitals, such as SUBMIT_CODE`);
  if (takenEvents.includes(type.toLowerCase().replaceAll('_', '-')))
    faults.push(`the event '${type}' needs an address that the service already uses`);
  if (payloads.length === 0) faults.push(`the event ${type} has no payload; an event without fields has the payload {}`);
  if (!isHeard(machine, type)) faults.push(`no state of the machine hears the event ${type}`);
  return faults;
}

/** Events that the machine hears but that no sender is declared for. */
function strangeEvents({ start, events, machine }: Workflow): string[] {
  const raised = raisedIn(machine).map(({ name }) => name);
  const sent = new Set([...Object.keys(events), ...start.events.flatMap((event) => (event === null ? [] : [event.type])), ...raised]);
  const strange = descriptorsOf(machine).filter(
    (type) => !(type === '' || type.includes('*') || type.startsWith('xstate.') || sent.has(type)),
  );
  return [...new Set(strange)].map((type) => `the machine hears the event '${type}', which nobody sends: it is no event of the workflow`);
}

function outcomeFaults({ success, deadlines, machine }: Workflow, { claims, hasOwners }: Known): string[] {
  const faults = Object.keys(deadlines)
    .filter((delay) => !Object.hasOwn(machine.implementations.delays, delay))
    .map((delay) => `the machine has no delay '${delay}', named as a deadline`);
  if (success === undefined) return faults;
  if (machine.root.states[success.outcome]?.type !== 'final') faults.push(`the success '${success.outcome}' is no final state`);
  if (success.login && !hasOwners)
    faults.push("a login needs a module that recognises owners of accounts: add the module accounts() to 'needs'");
  const unknown = success.claims.filter((claim) => !Object.hasOwn(claims, claim));
  return [...faults, ...unknown.map((claim) => `no module brings the claim '${claim}'`)];
}

function detailFaults(workflow: Workflow, { details }: Known): string[] {
  const isUnknown = (detail: string) => !Object.hasOwn(details, detail) && !Object.hasOwn(workflow.data ?? {}, detail);
  const viewed = detailsOfView(workflow);
  return [
    ...(workflow.secrets ?? []).filter(isUnknown).map((detail) => `no module brings the detail '${detail}', named as a secret`),
    ...(typeof viewed === 'string'
      ? [viewed]
      : viewed.filter(isUnknown).map((detail) => `no module brings the detail '${detail}', which the view shows`)),
  ];
}

/** Faults of the child sessions that a workflow declares. */
function childFaults({ children = {} }: Workflow, all: readonly Workflow[]): string[] {
  return Object.entries(children).flatMap(([name, { withholds = [] }]) => {
    const child = all.find((candidate) => candidate.name === name);
    if (child === undefined) return [`no module brings the workflow '${name}', named as a child`];
    const unknown = withholds.filter((event) => !Object.hasOwn(child.events, event));
    return [
      ...(child.start.by === undefined ? [] : [`a session cannot start its child '${name}', which only an ${child.start.by} may start`]),
      ...(isHeard(child.machine, 'CANCEL') ? [] : [`the child '${name}' does not hear CANCEL`]),
      ...(withholds.includes('CANCEL') ? [`the event CANCEL cannot be withheld from the child '${name}'`] : []),
      ...unknown.map((event) => `the child '${name}' has no event '${event}', which is withheld from it`),
    ];
  });
}

/** A fault of one state. */
type StateFault = Pick<Fault, 'state' | 'fault'>;

function machineFaults(workflow: Workflow, found: MachineName, known: Known): StateFault[] {
  const { state, name } = found;
  const { actors, delays, guards } = workflow.machine.implementations;
  const faultUnless = (holds: boolean, fault: string): StateFault[] => (holds ? [] : [{ state, fault }]);
  switch (found.kind) {
    case 'task': {
      const isChild = Object.entries(workflow.children ?? {}).some(([child, { as }]) => (as ?? child) === name);
      const { notice, to, invoked } = found;
      const isOwn = invoked === true && ownTaskOf(actors[name]) !== null;
      const invitation = inviteFault(workflow, found);
      const badChannel = channelFault(found, workflow, known);
      return [
        ...faultUnless(badChannel === null, badChannel ?? ''),
        ...faultUnless(isChild || isOwn || known.taskNames.includes(name), `no module brings the task '${name}'`),
        ...faultUnless(notice === undefined || Object.hasOwn(known.notices, notice), `no module brings the notice '${notice}'`),
        ...faultUnless(
          to === undefined || [known.details, workflow.data ?? {}, workflow.parties ?? {}].some((names) => Object.hasOwn(names, to)),
          `no module brings the detail '${to}', which has the address of a message, and no party of the workflow has this name`,
        ),
        ...(invitation === null ? [] : [{ state, fault: invitation }]),
      ];
    }
    case 'refusal': {
      const { until } = found;
      return [
        ...faultUnless(Object.hasOwn(known.refusals, name), `no module brings the refusal '${name}'`),
        ...faultUnless(
          until === undefined || Object.hasOwn(delays, until),
          `the refusal '${name}' ends with the delay '${until}', which the machine does not define`,
        ),
      ];
    }
    case 'guard':
      return faultUnless(Object.hasOwn(guards, name), `the machine has no guard '${name}'`);
    case 'delay':
      return faultUnless(Object.hasOwn(delays, name), `the machine has no delay '${name}'`);
    default:
      return found satisfies never;
  }
}

/** @returns the personal details that the views of new sessions read; or the reason why a view fails */
function detailsOfView(workflow: Workflow): readonly string[] | string {
  const read = new Set<string>();
  const masked = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        if (typeof name === 'string') read.add(name);
        return undefined;
      },
    },
  );
  try {
    for (const context of initialContexts(workflow))
      for (const viewer of partiesOf(workflow)) workflow.view.of({ context, masked, viewer });
  } catch (error) {
    return `the view of a new session fails: ${error instanceof Error ? error.message : String(error)}`;
  }
  return [...read];
}

/** The context of a new session for each input that the machine can get. */
function initialContexts(workflow: Workflow): Context[] {
  return exampleStarts(workflow).map((start) => startSession(workflow, start, null, 0).session.context);
}

/** The names and patterns of events for which the machine has a transition. */
function descriptorsOf(machine: AnyStateMachine): string[] {
  return statesOf(machine).flatMap(({ transitions }) => [...transitions.keys()]);
}

function isHeard(machine: AnyStateMachine, type: string): boolean {
  return descriptorsOf(machine).some((descriptor) => matches(descriptor, type));
}

/** Patterns of events that XState compares with no event, although they have an asterisk. */
function deadPatterns({ machine }: Workflow): string[] {
  const dead = descriptorsOf(machine).filter((descriptor) => descriptor.includes('*') && !/^([^*]+\.)?\*$/.test(descriptor));
  return [...new Set(dead)].map((descriptor) => `no event fits the pattern '${descriptor}': a pattern is * or ends in .*, such as ORDER.*`);
}
