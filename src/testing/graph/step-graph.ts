/**
 * The graph of a workflow as it can really happen: explored over the step function (a session with its timers and tasks), not over the bare
 * machine, where a 40-minute timer could fire before one of 90 seconds. Time passes by jumping to the next due time; a task ends well or
 * badly; every public event comes with each of its payloads.
 *
 * Three abstractions keep it finite. Each reduces a session to its state, its context, its timers and its awaited tasks. The past and the
 * detached tasks are dropped. The abstractions differ in their timers:
 *
 * - `order`: the order in which the timers fall due. Small enough to drive every step over HTTP.
 * - `exact`: the time that each timer has left, to the millisecond. For invariants, in process.
 * - `regions`: the order, and for each timer the delays that would end before it. This graph also has waits. A wait lasts until one of these
 *   delays would no longer end before the timer. Example: a code requested in a session's last minutes would expire only after the session's
 *   end. The graph contains every order of events that waiting can lead to, so the pairs of transitions are read from it.
 */
import type { MachineEvent, Workflow } from '../../../machines/workflow.ts';
import { awaitedTasks, type Session, statePath, type Timer } from '../../engine/session.ts';
import { exampleStart } from '../../engine/steps/example-start.ts';
import * as engineStep from '../../engine/steps/step.ts';
import type { Ends } from './endings.ts';
import { sizeAdvice } from './graph-size.ts';
import { delaysThatFit, type Instant, type Move, movesOf, type Stepper, sessionAfter, timeOfMove, waitEnd } from './move.ts';

export interface GraphStep {
  readonly move: Move;
  readonly to: string;
}

/** A configuration: everything of a session that decides what can happen next. */
export interface Configuration {
  readonly key: string;
  /** One session that is in it, and the moment. */
  readonly session: Session;
  readonly now: number;
  readonly steps: readonly GraphStep[];
}

export interface StepGraph {
  readonly configurations: ReadonlyMap<string, Configuration>;
  /** The first configuration of a session for each event that can start it. */
  readonly starts: readonly { readonly opening: MachineEvent | null; readonly key: string }[];
}

export type Times = 'order' | 'exact' | 'regions';

interface Options {
  readonly times?: Times;
  readonly ends?: Ends;
  readonly stepper?: Stepper;
  /** More steps than that mean that nothing bounds the graph. */
  readonly limit?: number;
}

/** A graph has more steps than it may have. */
export class GraphTooLarge extends Error {
  override readonly name = 'GraphTooLarge';

  /** @param configurations those that were explored before the limit was reached */
  constructor(workflow: Workflow, limit: number, configurations: readonly Configuration[]) {
    super(`The graph of '${workflow.name}' has more than ${limit} steps: ${sizeAdvice(workflow, configurations)}`);
  }
}

/** The latest graph by the order of timers: the choice of limits explores it, and then the suite. More graphs would cost too much memory. */
let latest: { readonly workflow: Workflow; readonly ends: Ends; readonly graph: StepGraph } | null = null;

/**
 * Explores everything that can happen to a session of the workflow.
 * @throws GraphTooLarge when the graph has more steps than the limit
 */
export function exploreSteps(
  workflow: Workflow,
  { times = 'order', ends = 'driven', stepper = engineStep, limit = 1_000_000 }: Options = {},
): StepGraph {
  const options = { times, ends, stepper, limit };
  if (times !== 'order' || stepper !== engineStep) return exploredFrom(workflow, options);
  if (latest?.workflow === workflow && latest.ends === ends && countSteps(latest.graph) <= limit) return latest.graph;
  const graph = exploredFrom(workflow, options);
  latest = { workflow, ends, graph };
  return graph;
}

/** The number of steps of all configurations. */
export function countSteps({ configurations }: StepGraph): number {
  return [...configurations.values()].reduce((sum, { steps }) => sum + steps.length, 0);
}

function exploredFrom(workflow: Workflow, options: Required<Options>): StepGraph {
  const configurations = new Map<string, Configuration>();
  const starts = workflow.start.events.map((opening) => {
    const start = { session: options.stepper.startSession(workflow, exampleStart(workflow), opening, 0).session, now: 0 };
    const key = keyOf(workflow, start, options.times);
    // A configuration is explored together with all that can be reached from it.
    const fresh = configurations.has(key) ? [] : exploreFrom(workflow, start, options);
    for (const configuration of fresh) configurations.set(configuration.key, configuration);
    return { opening, key };
  });
  return { configurations, starts };
}

/**
 * Breadth first, so that the session kept for a configuration is one that fewest moves lead to. The queue holds each
 * configuration once: one that held every step would have a hundred thousand entries.
 */
function exploreFrom(workflow: Workflow, start: Instant, { times, ends, stepper, limit }: Required<Options>): Configuration[] {
  const startKey = keyOf(workflow, start, times);
  const found = new Set([startKey]);
  const queue: { readonly key: string; readonly instant: Instant }[] = [{ key: startKey, instant: start }];
  const configurations: Configuration[] = [];
  let count = 0;
  // The loop also visits the configurations that it appends to the queue.
  for (const { key, instant } of queue) {
    const waits = times === 'regions' && waitEnd(workflow, instant) !== null;
    const moves = [...movesOf(workflow, instant.session, ends), ...(waits ? [{ kind: 'wait' } as const] : [])];
    count += moves.length;
    if (count > limit) throw new GraphTooLarge(workflow, limit, configurations);
    const steps = moves.map((move): GraphStep => {
      const now = timeOfMove(workflow, instant, move);
      const next = { session: sessionAfter(workflow, stepper, instant.session, move, now), now };
      const to = keyOf(workflow, next, times);
      if (!found.has(to)) queue.push({ key: to, instant: next });
      found.add(to);
      return { move, to };
    });
    configurations.push({ key, ...instant, steps });
  }
  return configurations;
}

export function keyOf(workflow: Workflow, { session, now }: Instant, times: Times): string {
  const timers = [...session.timers].sort((a, b) => a.dueAt - b.dueAt).map((timer) => timerKey(workflow, timer, now, times));
  return JSON.stringify([
    statePath(session.value),
    session.historyValue,
    session.context,
    timers,
    awaitedTasks(session).map(({ id }) => id),
  ]);
}

function timerKey(workflow: Workflow, { delay, dueAt }: Timer, now: number, times: Times): string {
  switch (times) {
    case 'order':
      return delay;
    case 'exact':
      return `${delay} ${dueAt - now}`;
    case 'regions':
      return `${delay} ${delaysThatFit(workflow, dueAt, now)}`;
    default:
      return times satisfies never;
  }
}
