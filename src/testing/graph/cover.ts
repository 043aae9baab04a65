/**
 * Few and short paths that take every step of a graph. Each path is one session. A step into an end needs its own session, so there are at
 * least as many paths as such steps. Each path reaches its end the shortest way, prefers steps that no path took before, and takes on its
 * way the steps that lead back to their start (mostly refusals).
 */
import { statePath } from '../../engine/session.ts';
import { labelOf, type Move } from './move.ts';
import type { Configuration, GraphStep, StepGraph } from './step-graph.ts';

export interface Path {
  /** The index of the start among those of the graph. */
  readonly start: number;
  readonly moves: readonly Move[];
}

export interface Edge {
  readonly from: Configuration;
  readonly step: GraphStep;
}

/** Paths that together take every step, from every start: two starts may lead to one configuration, and one of them may be wrong. */
export function coverSteps(graph: StepGraph): Path[] {
  const paths = new Cover(graph).all();
  const left = graph.starts
    .map((_, start): Path => ({ start, moves: [] }))
    .filter(({ start }) => paths.every((path) => path.start !== start));
  return [...paths, ...left];
}

/** Shortest paths that end with these steps. */
export function coverEndings(graph: StepGraph, endings: readonly (readonly Edge[])[]): Path[] {
  const shortest = new ShortestPaths(graph);
  return endings.map((ending) => pathOf(graph, [...shortest.to(ending[0]?.from.key ?? ''), ...ending]));
}

/** For each move in each state, the shortest path that ends with it. */
export function coverMoves(graph: StepGraph): Path[] {
  const shortest = new ShortestPaths(graph);
  const nearestFirst = [...graph.configurations.values()].sort((a, b) => shortest.distance(a.key) - shortest.distance(b.key));
  const endings = new Map<string, Edge[]>();
  for (const from of nearestFirst) {
    for (const step of from.steps) {
      const name = `${statePath(from.session.value)} ${labelOf(step.move)}`;
      if (!endings.has(name)) endings.set(name, [{ from, step }]);
    }
  }
  return coverEndings(graph, [...endings.values()]);
}

/** The shortest path to each configuration, the nearest first. */
export function* pathsToEach(graph: StepGraph): Generator<Path> {
  const shortest = new ShortestPaths(graph);
  const keys = [...graph.configurations.keys()].sort((a, b) => shortest.distance(a) - shortest.distance(b));
  for (const key of keys) {
    const edges = shortest.to(key);
    yield edges.length > 0 ? pathOf(graph, edges) : { start: graph.starts.findIndex((start) => start.key === key), moves: [] };
  }
}

class Cover {
  readonly #graph: StepGraph;
  readonly #shortest: ShortestPaths;
  readonly #open = new Map<string, Set<GraphStep>>();

  constructor(graph: StepGraph) {
    this.#graph = graph;
    this.#shortest = new ShortestPaths(graph);
    for (const { key, steps } of graph.configurations.values()) this.#open.set(key, new Set(steps));
  }

  all(): Path[] {
    const paths: Path[] = [];
    // The farthest first, because its path takes nearer steps on the way.
    const farthestFirst = [...this.#graph.configurations.values()].sort(
      (a, b) => this.#shortest.distance(b.key) - this.#shortest.distance(a.key),
    );
    for (const configuration of farthestFirst) {
      for (let step = this.#next(configuration); step !== null; step = this.#next(configuration))
        paths.push(this.#through(configuration, step));
    }
    return paths;
  }

  /** An open step that leads on. If there is none, any open step. */
  #next({ key }: Configuration): GraphStep | null {
    const open = [...(this.#open.get(key) ?? [])];
    return open.find(({ to }) => to !== key && !this.#isEnd(to)) ?? open[0] ?? null;
  }

  #through(configuration: Configuration, step: GraphStep): Path {
    const edges: Edge[] = [];
    const take = (edge: Edge) => {
      this.#open.get(edge.from.key)?.delete(edge.step);
      edges.push(edge);
    };
    const takeLoops = (at: Configuration) => {
      for (const loop of this.#loops(at)) take({ from: at, step: loop });
    };
    const way = this.#shortest.to(configuration.key, (edge) => (this.#open.get(edge.from.key)?.has(edge.step) ? 1 : 0));
    for (const edge of way) {
      takeLoops(edge.from);
      take(edge);
    }
    takeLoops(configuration);
    let here = configuration;
    for (let next: GraphStep | null = this.#open.get(here.key)?.has(step) ? step : null; next !== null; next = this.#next(here)) {
      take({ from: here, step: next });
      here = this.#configuration(next.to);
      takeLoops(here);
    }
    return pathOf(this.#graph, edges);
  }

  /**
   * Open steps that do not leave the configuration. The list is rotated by the distance of the configuration, so that paths take different
   * ones.
   */
  #loops({ key, steps }: Configuration): GraphStep[] {
    const loops = [...(this.#open.get(key) ?? [])].filter(({ to }) => to === key);
    const turn = this.#shortest.distance(key) % Math.max(1, steps.length);
    return [...loops.slice(turn), ...loops.slice(0, turn)];
  }

  #isEnd(key: string): boolean {
    return this.#configuration(key).session.status !== 'active';
  }

  #configuration(key: string): Configuration {
    return configurationOf(this.#graph, key);
  }
}

class ShortestPaths {
  readonly #distances = new Map<string, number>();
  /** Every last step of a shortest path to a configuration. */
  readonly #last = new Map<string, Edge[]>();

  constructor(graph: StepGraph) {
    let wave = graph.starts.map(({ key }) => key);
    for (const key of wave) this.#distances.set(key, 0);
    for (let distance = 1; wave.length > 0; distance += 1) {
      const next: string[] = [];
      for (const key of wave) {
        const from = configurationOf(graph, key);
        for (const step of from.steps) {
          if (!this.#distances.has(step.to)) {
            this.#distances.set(step.to, distance);
            next.push(step.to);
          }
          if (this.#distances.get(step.to) === distance) this.#last.set(step.to, [...(this.#last.get(step.to) ?? []), { from, step }]);
        }
      }
      wave = next;
    }
  }

  distance(key: string): number {
    const distance = this.#distances.get(key);
    if (distance === undefined) throw new Error(`Nothing leads to ${key}`);
    return distance;
  }

  /** The shortest path with the highest sum of values. */
  to(key: string, value: (edge: Edge) => number = () => 0): Edge[] {
    const best = new Map<string, { value: number; edge: Edge | null }>();
    const solve = (at: string): number => {
      const known = best.get(at);
      if (known) return known.value;
      let found: { value: number; edge: Edge | null } = { value: this.distance(at) === 0 ? 0 : -1, edge: null };
      for (const edge of this.#last.get(at) ?? []) {
        const sum = solve(edge.from.key) + value(edge);
        if (sum > found.value) found = { value: sum, edge };
      }
      best.set(at, found);
      return found.value;
    };
    solve(key);
    const edges: Edge[] = [];
    for (let edge = best.get(key)?.edge ?? null; edge !== null; edge = best.get(edge.from.key)?.edge ?? null) edges.unshift(edge);
    return edges;
  }
}

function pathOf(graph: StepGraph, edges: readonly Edge[]): Path {
  const [first] = edges;
  const start = graph.starts.findIndex(({ key }) => key === first?.from.key);
  if (start === -1) throw new Error('A path begins where no session begins');
  return { start, moves: edges.map(({ step }) => step.move) };
}

function configurationOf(graph: StepGraph, key: string): Configuration {
  const configuration = graph.configurations.get(key);
  if (!configuration) throw new Error(`No configuration ${key}`);
  return configuration;
}
