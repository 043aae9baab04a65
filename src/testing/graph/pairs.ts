/**
 * The transitions that can follow one another, from the graph with waits: a pair that is not in the graph cannot happen. Each pair comes
 * with a way to cause it. Each pair that the machine's text would allow but that never happens comes with the reason.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { readMachine } from '../../diagrams/machine-reader.ts';
import type { MachineModel, TransitionModel } from '../../diagrams/model.ts';
import { statePath } from '../../engine/session.ts';
import * as engineStep from '../../engine/steps/step.ts';
import type { Edge } from './cover.ts';
import { makeMove, timeOfMove } from './move.ts';
import type { Configuration, StepGraph } from './step-graph.ts';

export interface ImpossiblePair {
  readonly pair: string;
  readonly reason: string;
}

export interface Pairs {
  /** Steps that cause each pair; the last step takes the second transition. */
  readonly examples: ReadonlyMap<string, readonly Edge[]>;
  readonly impossible: readonly ImpossiblePair[];
}

interface Taking extends Edge {
  /** The first and the last transition of the step. */
  readonly first: string | null;
  readonly last: string | null;
}

export function pairName(first: string, second: string): string {
  return `${first} → ${second}`;
}

export function pairsOf(workflow: Workflow, graph: StepGraph): Pairs {
  const outgoing = new Map([...graph.configurations.values()].map((from) => [from.key, takings(workflow, from)]));
  const arrivals = arrivalsOf(outgoing);
  const examples = new Map<string, readonly Edge[]>();
  for (const [key, ways] of arrivals) {
    for (const [first, way] of ways) {
      for (const next of outgoing.get(key) ?? []) {
        if (next.first === null) continue;
        const pair = pairName(first, next.first);
        const known = examples.get(pair);
        if (!known || known.length > way.length + 1) examples.set(pair, [...way, next]);
      }
    }
  }
  return { examples, impossible: impossiblePairs({ model: readMachine(workflow), graph, examples, outgoing, arrivals }) };
}

function takings(workflow: Workflow, from: Configuration): Taking[] {
  return from.steps.map((step) => {
    const { taken } = makeMove(workflow, engineStep, from.session, step.move, timeOfMove(workflow, from, step.move));
    return { from, step, first: taken[0] ?? null, last: taken.at(-1) ?? null };
  });
}

/** For every configuration the possible last transitions, each with the steps since then. */
function arrivalsOf(outgoing: ReadonlyMap<string, readonly Taking[]>): Map<string, Map<string, readonly Edge[]>> {
  const arrivals = new Map<string, Map<string, readonly Edge[]>>();
  const fresh: { key: string; last: string; way: readonly Edge[] }[] = [];
  const arrive = (key: string, last: string, way: readonly Edge[]) => {
    const known = arrivals.get(key) ?? new Map<string, readonly Edge[]>();
    if (known.has(last)) return;
    arrivals.set(key, known.set(last, way));
    fresh.push({ key, last, way });
  };
  for (const edges of outgoing.values()) for (const edge of edges) if (edge.last !== null) arrive(edge.step.to, edge.last, [edge]);
  // A step without a transition (a wait, a refused event) leaves the last transition unchanged.
  for (let arrived = fresh.pop(); arrived !== undefined; arrived = fresh.pop()) {
    const { key, last, way } = arrived;
    for (const edge of outgoing.get(key) ?? []) if (edge.last === null) arrive(edge.step.to, last, [...way, edge]);
  }
  return arrivals;
}

interface Pairing {
  readonly model: MachineModel;
  readonly graph: StepGraph;
  readonly examples: ReadonlyMap<string, unknown>;
  readonly outgoing: ReadonlyMap<string, readonly Taking[]>;
  readonly arrivals: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

/** Pairs whose second transition is handled in the target of the first. All others obviously never happen. */
function impossiblePairs({ model, graph, examples, outgoing, arrivals }: Pairing): ImpossiblePair[] {
  return model.transitions.flatMap((first) => {
    const keys = [...arrivals].filter(([, ways]) => ways.has(first.id)).map(([key]) => key);
    const active = keys.map((key) => graph.configurations.get(key)).filter((each) => each?.session.status === 'active');
    const states = new Set(active.flatMap((each) => ['', ...withAncestors(statePath(each?.session.value ?? ''))]));
    const heard = model.transitions.filter(({ id, source }) => states.has(source) && !examples.has(pairName(first.id, id)));
    const next = keys.flatMap((key) => outgoing.get(key) ?? []).flatMap((edge) => edge.first ?? []);
    return heard.map((second) => ({ pair: pairName(first.id, second.id), reason: reasonFor(second, new Set(next), model) }));
  });
}

/** The reason why another transition happens instead. */
function reasonFor({ id, type, kind }: TransitionModel, next: ReadonlySet<string>, { transitions }: MachineModel): string {
  const instead = transitions.filter((other) => next.has(other.id) && other.id !== id && other.type === type);
  if (instead.length > 0) return `${list(instead)} is taken instead`;
  const timeouts = transitions.filter((other) => next.has(other.id) && other.kind === 'timeout');
  if (kind === 'timeout' && timeouts.length > 0) return `${list(timeouts)} falls due before`;
  return 'no such task is under way';
}

function list(transitions: readonly TransitionModel[]): string {
  return transitions.map(({ id }) => id).join(' or ');
}

/** `codeActive.cooldown` lies within `codeActive`. A path may name several active states: `a.b|a.c`. */
export function withAncestors(path: string): string[] {
  const lines = path.split('|').map((leaf) => leaf.split('.').map((_, index, keys) => keys.slice(0, index + 1).join('.')));
  return [...new Set(lines.flat())];
}
