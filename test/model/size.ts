/**
 * The limits with which a workflow is tested. A machine behaves the same at a limit of five or three, but its graph grows with each
 * limit. So the limits are the service's own figures if the graph then fits the size, and smaller ones otherwise.
 */
import type { MachineEvent, Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import { countSteps, exploreSteps, GraphTooLarge, type StepGraph } from '../../src/testing/graph/step-graph.ts';
import { policyProfiles } from '../support/policy.ts';

/** Guesses per code, sends per code, codes per session. With a limit of two, a path can still stay below the limit once, and then reach it. */
const choices = [
  [5, 5, 5],
  [4, 4, 4],
  [3, 3, 3],
  [3, 3, 2],
  [2, 3, 2],
  [2, 2, 2],
] as const;

export interface Limits {
  readonly guessesPerCode: number;
  readonly sendsPerCode: number;
  readonly codesPerSession: number;
}

export interface Sized {
  readonly workflow: Workflow;
  readonly limits: Limits;
}

/** The largest number of steps of a workflow's graph. */
export interface Size {
  /** With the figures of the product. */
  readonly whole: number;
  /** With smaller figures, if the graph would be larger. */
  readonly reduced: number;
}

/** The extent that fits into the time of a run of all tests. */
export const forPostgres: Size = { whole: 10_500, reduced: 5100 };

/** Limits of two: another database, a restart, another process, or a repeated request do not need high counts. */
export const smallest: Size = { whole: 0, reduced: 0 };

/** With the product's limits, exact times make millions of steps of a large machine. */
export const forInvariants: Size = { whole: 20_000, reduced: 20_000 };

const known = new Map<Size, Map<WorkflowDefinition, Sized>>();

/**
 * The workflow with the largest limits that keep its graph within the size. If none does, with the smallest. Each process searches once,
 * because it explores a graph for each choice.
 */
export function sizedTo(definition: WorkflowDefinition, size: Size): Sized {
  const ofSize = known.get(size) ?? new Map<WorkflowDefinition, Sized>();
  known.set(size, ofSize);
  const sized = ofSize.get(definition) ?? searched(definition, size);
  ofSize.set(definition, sized);
  return sized;
}

function searched(definition: WorkflowDefinition, { whole, reduced }: Size): Sized {
  // Smaller limits make a smaller graph, so the remaining choices are searched by halves.
  let [first, last] = [0, choices.length - 1];
  let fits: Sized | null = null;
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    const mostSteps = middle === 0 ? whole : reduced;
    const sized = chosen(definition, middle);
    if (stepsOf(sized.workflow, mostSteps) <= mostSteps) [last, fits] = [middle, sized];
    else first = middle + 1;
  }
  // The graph of a workflow that fits has been explored.
  return fits ?? chosen(definition, first);
}

function chosen({ of }: WorkflowDefinition, index: number): Sized {
  const choice = choices[index];
  if (!choice) throw new Error('There are no limits to choose from');
  const [guessesPerCode, sendsPerCode, codesPerSession] = choice;
  const limits = { guessesPerCode, sendsPerCode, codesPerSession };
  return { workflow: withFewOpenings(of({ ...policyProfiles.seed, ...limits })), limits };
}

/**
 * If a session begins with one of several kinds and one of several channels, or a factor, the machine checks them one after the other. So
 * each kind with one channel and each channel with one kind are as good as all combinations.
 */
function withFewOpenings(workflow: Workflow): Workflow {
  const { start } = workflow;
  const kindOf = (opening: MachineEvent | null) => opening?.['kind'] ?? null;
  const wayOf = (opening: MachineEvent | null) => opening?.['channel'] ?? (opening?.['factor'] === true ? 'factor' : null);
  const [kinds, ways] = [kindOf, wayOf].map((of) => [...new Set(start.events.map(of))]) as [unknown[], unknown[]];
  if (kinds.length < 2 || ways.length < 2) return workflow;
  const events = start.events.filter((opening) => {
    const [kind, way] = [kinds.indexOf(kindOf(opening)), ways.indexOf(wayOf(opening))];
    // If there are more ways than kinds, the last kind takes the rest.
    return kind === way || (kind === kinds.length - 1 && way > kind);
  });
  return { ...workflow, start: { ...start, events } };
}

function stepsOf(workflow: Workflow, mostSteps: number): number {
  const graph = exploredUpTo(workflow, mostSteps);
  return graph ? countSteps(graph) : Number.POSITIVE_INFINITY;
}

/** Null as soon as the graph exceeds the size: with the product's figures it may be a hundred times as large. */
function exploredUpTo(workflow: Workflow, mostSteps: number): StepGraph | null {
  try {
    return exploreSteps(workflow, { limit: mostSteps });
  } catch (error) {
    if (error instanceof GraphTooLarge) return null;
    throw error;
  }
}
