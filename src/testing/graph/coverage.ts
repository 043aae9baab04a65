/**
 * The coverage of a set of schedules, and the full extent. Both are counted by the transitions that the machine reports and by the
 * configurations of the sessions, not by the purpose of the paths.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { readMachine } from '../../diagrams/machine-reader.ts';
import type { MachineModel, TransitionModel } from '../../diagrams/model.ts';
import { statePath } from '../../engine/session.ts';
import * as engineStep from '../../engine/steps/step.ts';
import { isPassing } from './endings.ts';
import { labelOf, makeMove, timeOfMove } from './move.ts';
import { type ImpossiblePair, type Pairs, pairName, withAncestors } from './pairs.ts';
import type { Schedule } from './schedule.ts';
import { isFromInvited } from './senders.ts';
import { exploreSteps, type StepGraph } from './step-graph.ts';

export interface Share {
  readonly covered: number;
  readonly of: number;
  readonly missing: readonly string[];
}

export interface Coverage {
  readonly configurations: Share;
  readonly steps: Share;
  readonly states: Share;
  readonly transitions: Share;
  /** Each timeout a millisecond before its deadline, at it, late, and cancelled before it. */
  readonly timeouts: Share;
  /** Each way in which a resend is accepted or refused. */
  readonly resends: Share;
  readonly pairs: Share;
  /** Every event in every state in which a session can rest, with every payload if the state accepts it. */
  readonly matrix: Share;
  readonly impossiblePairs: readonly ImpossiblePair[];
}

export function coverageOf(workflow: Workflow, graph: StepGraph, pairs: Pairs, schedules: readonly Schedule[]): Coverage {
  const model = readMachine(workflow);
  const steps = schedules.flatMap((schedule) => schedule.steps);
  const covered = new Set(steps.flatMap(({ covers }) => covers.map(({ key, label }) => `${key} ${label}`)));
  const configurations = [...graph.configurations.values()];
  const keys = new Set([
    ...steps.flatMap(({ covers }) => covers.map(({ key }) => key)),
    // Nothing follows the end of a session without events, so no step is taken from it.
    ...configurations.flatMap(({ key, steps: each }) => each.flatMap(({ move, to }) => (covered.has(`${key} ${labelOf(move)}`) ? to : []))),
  ]);
  const taken = new Set(steps.flatMap((step) => step.taken));
  const explored = exploredAlone(workflow, graph);
  const transitions = model.transitions.filter(({ id }) => !explored.has(id));
  return {
    configurations: share(
      configurations.map(({ key }) => key),
      keys,
    ),
    steps: share(
      configurations.flatMap(({ key, steps: each }) => each.map(({ move }) => `${key} ${labelOf(move)}`)),
      covered,
    ),
    states: share(
      statesOf(model, workflow).map(({ path }) => path),
      new Set(steps.flatMap(({ session }) => withAncestors(statePath(session.value)))),
    ),
    transitions: share(
      transitions.map(({ id }) => id),
      taken,
    ),
    timeouts: share(...timeoutsOf(transitions, schedules)),
    resends: share(
      model.transitions.filter(sendsAgain).map(resendName),
      new Set(model.transitions.filter(({ id }) => taken.has(id)).map(resendName)),
    ),
    pairs: share([...pairs.examples.keys()], takenPairs(schedules)),
    matrix: share(...matrixOf(workflow, model, configurations, covered)),
    impossiblePairs: pairs.impossible,
  };
}

/** The transitions that follow only results which no run can cause. Invariants check them. An unreachable transition is not among them. */
function exploredAlone(workflow: Workflow, driven: StepGraph): ReadonlySet<string> {
  const within = takenIn(workflow, driven);
  return new Set([...takenIn(workflow, exploreSteps(workflow, { ends: 'any' }))].filter((id) => !within.has(id)));
}

function takenIn(workflow: Workflow, { configurations }: StepGraph): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const { session, now, steps } of configurations.values())
    for (const { move } of steps) {
      const at = timeOfMove(workflow, { session, now }, move);
      for (const id of makeMove(workflow, engineStep, session, move, at).taken) taken.add(id);
    }
  return taken;
}

function share(all: readonly string[], covered: ReadonlySet<string>): Share {
  const wanted = new Set(all);
  const missing = [...wanted].filter((each) => !covered.has(each));
  return { covered: wanted.size - missing.length, of: wanted.size, missing };
}

/** The states that a session can be seen in. No session is in a history state: it stands for the states before. */
function statesOf({ states }: MachineModel, workflow: Workflow): MachineModel['states'] {
  return states.filter(({ path, type }) => type !== 'history' && !isPassing(workflow, path));
}

/** By the same channel or by another. */
function sendsAgain({ event }: TransitionModel): boolean {
  return event === 'resend-code' || event === 'switch-channel';
}

function resendName({ source, refusal, guard, id }: TransitionModel): string {
  return `${source}: ${refusal ? `refused ${refusal.code}` : 'sent again'}${guard ? ` (${guard})` : ''} ${id}`;
}

function timeoutsOf(transitions: readonly TransitionModel[], schedules: readonly Schedule[]): [string[], Set<string>] {
  const timeouts = transitions.filter(({ kind }) => kind === 'timeout');
  const all = timeouts.flatMap(({ id }) => ['a millisecond before', 'at the deadline', 'late', 'given up'].map((when) => `${id} ${when}`));
  const covered = new Set<string>();
  const byType = new Map(timeouts.map(({ type, id }) => [type, id]));
  for (const { steps, aftermath } of schedules) {
    for (const { imminent, taken, cancelled } of steps) {
      if (imminent !== null) covered.add(`${byType.get(imminent)} a millisecond before`);
      for (const id of taken) covered.add(`${id} at the deadline`);
      for (const type of cancelled) covered.add(`${byType.get(type)} given up`);
    }
    for (const id of aftermath.taken) covered.add(`${id} late`);
  }
  return [all, covered];
}

function matrixOf(
  workflow: Workflow,
  model: MachineModel,
  configurations: readonly { key: string; session: { value: Parameters<typeof statePath>[0] } }[],
  covered: ReadonlySet<string>,
): [string[], Set<string>] {
  const leaves = statesOf(model, workflow).filter(({ path }) => !model.states.some(({ parent }) => parent === path));
  const events = Object.entries(workflow.events).flatMap(([type, { payloads }]) =>
    payloads.map((payload) => ({ type, payload, label: labelOf({ kind: 'event', type, payload }) })),
  );
  const cell = (path: string, { type, label }: (typeof events)[number]) => `${path} ${hears(model, path, type) ? label : type}`;
  const seen = new Set<string>();
  for (const { key, session } of configurations)
    for (const event of events.filter(({ label }) => covered.has(`${key} ${label}`)))
      for (const leaf of statePath(session.value).split('|')) seen.add(cell(leaf, event));
  // An invited party sends events only where the machine waits for it.
  const possible = (path: string, { type, payload }: (typeof events)[number]) =>
    hears(model, path, type) || !isFromInvited(workflow, type, payload);
  return [leaves.flatMap(({ path }) => events.filter((event) => possible(path, event)).map((event) => cell(path, event))), seen];
}

/** True if the state, or one around it, has a transition for the event, guarded or not. Always false for a final state. */
function hears({ states, transitions }: MachineModel, path: string, type: string): boolean {
  if (states.some((state) => state.path === path && state.type === 'final')) return false;
  return transitions.some((each) => each.type === type && (each.source === '' || `${path}.`.startsWith(`${each.source}.`)));
}

/** The pairs of transitions that follow one another somewhere in the schedules. */
export function takenPairs(schedules: readonly Schedule[]): Set<string> {
  const pairs = new Set<string>();
  for (const { steps } of schedules) {
    const taken = steps.flatMap((step) => step.taken);
    for (const [index, second] of taken.entries()) if (index > 0) pairs.add(pairName(taken[index - 1] ?? '', second));
  }
  return pairs;
}
