/** The checks of one workflow: its graph, its paths, its promises, and drives through real services. */
import { type Figures, valuesOf } from '../../machines/figures.ts';
import { serviceFigures } from '../../machines/service-figures.ts';
import type { Workflow, WorkflowDefinition } from '../../machines/workflow.ts';
import * as engineStep from '../engine/steps/step.ts';
import { assemble } from '../modules/assembly.ts';
import type { Module } from '../modules/module.ts';
import { figureValues } from '../service/hosting.ts';
import { drive, type Target } from './drive/drive.ts';
import { shortestFailure } from './drive/failure.ts';
import type { Coverage } from './graph/coverage.ts';
import { type PathCriterion, selectPaths } from './graph/path-selection.ts';
import { type Paths, pathsOf } from './graph/paths.ts';
import { sentenceOf } from './graph/sentences.ts';
import { exploreSteps } from './graph/step-graph.ts';
import type { BodyWriter } from './participants/bodies.ts';
import { drivenWorkflow } from './play/driven-workflow.ts';
import type { Observed } from './play/observation.ts';
import { rehearse } from './play/rehearsal.ts';
import { clientKey, ServicesUnderTest } from './play/service-under-test.ts';
import { rulesOf } from './promises/rules.ts';
import { rowsOf, writeReport } from './report.ts';

export interface ModelOptions {
  readonly modules: readonly Module[];
  /** Settings by name, such as those that the modules need. */
  readonly config?: Readonly<Record<string, string>>;
  /** Figures that differ from their defaults. Smaller limits make a smaller graph. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Writers of bodies, by resolver, where the examples of a schema are not enough. */
  readonly bodies?: Readonly<Record<string, BodyWriter>>;
  /**
   * True for the long checks: every step and pair of transitions over HTTP, restarts, repeated requests, and two services on one PostgreSQL
   * if there is one.
   */
  readonly full?: boolean;
  /** A PostgreSQL database for the services, instead of the embedded one. Each check has a schema of its own there, and removes it. */
  readonly databaseUrl?: string;
  /** The largest number of steps of a graph; 20,000 by default. */
  readonly mostSteps?: number;
}

export interface ModelCheck {
  readonly name: string;
  /** @throws Error whose message describes the fault */
  run(): Promise<void>;
}

/** A graph of this size is explored and rehearsed in seconds. */
const usualMostSteps = 20_000;

const coverages: Readonly<Record<Exclude<keyof Coverage, 'impossiblePairs'>, string>> = {
  states: 'states',
  transitions: 'transitions',
  timeouts: 'timeouts, before, at and after their deadlines',
  resends: 'ways of a resend',
  configurations: 'configurations',
  steps: 'steps of the graph',
  pairs: 'pairs of transitions that can follow one another',
  matrix: 'events in states',
};

/** A workflow of the modules with the figures of a test. */
export interface Model {
  readonly definition: WorkflowDefinition;
  readonly figures: Figures;
  readonly observed: Observed;
}

/** @throws Error if the modules have no workflow of the name */
export function modelOf(name: string, { modules, figures: own }: Pick<ModelOptions, 'modules' | 'figures'>): Model {
  const assembly = assemble(modules);
  const definition = assembly.workflows.findLast((each) => each.name === name);
  if (definition === undefined)
    throw new Error(`The modules have no workflow '${name}'. Their workflows: ${assembly.workflows.map((each) => each.name).join(', ')}`);
  const figures = { ...valuesOf(assembly.figures, 'default'), ...own };
  const { resultLifetimeMs } = figureValues(figures, serviceFigures);
  return { definition, figures, observed: { workflow: definition.of(figures), stepper: engineStep, resultLifetimeMs } };
}

/** One workflow under test. */
export class WorkflowModel {
  readonly #options: ModelOptions;
  readonly #workflow: Workflow;
  readonly #figures: Figures;
  readonly #observed: Observed;
  #hasPaths = false;
  readonly #paths = once(() => this.#foundPaths());

  /** @throws Error if the modules have no workflow of the name */
  constructor(name: string, options: ModelOptions) {
    const { figures, observed } = modelOf(name, options);
    this.#options = options;
    this.#figures = figures;
    this.#workflow = observed.workflow;
    this.#observed = observed;
  }

  /** All checks, the cheapest first. */
  checks(): readonly ModelCheck[] {
    return [...this.#graphChecks(), ...this.#pathChecks(), ...this.#drives()];
  }

  /** The rules that every configuration must satisfy, with exact times. */
  #graphChecks(): ModelCheck[] {
    const graph = once(() => exploreSteps(this.#workflow, { times: 'exact', ends: 'any', limit: this.#limit }));
    return [
      this.#check('its graph is small enough to be explored', async () => void graph()),
      ...rulesOf(this.#workflow, this.#figures).map(({ name, broken }) =>
        this.#check(name, async () => fail(broken(graph()).map((where) => `not so: ${where}`))),
      ),
    ];
  }

  /** The coverage of the paths, and the promises on each of them, without a service. */
  #pathChecks(): ModelCheck[] {
    const shares = Object.entries(coverages) as [keyof typeof coverages, string][];
    return [
      ...shares.map(([what, title]) =>
        this.#check(`its paths cover all ${title}`, async () => {
          fail(this.#coverage()[what].missing.map((missing) => `not covered: ${missing}`));
        }),
      ),
      this.#check('each pair of transitions that cannot follow one another has a reason', async () => {
        fail(this.#coverage().impossiblePairs.flatMap(({ pair, reason }) => (reason === '' ? [pair] : [])));
      }),
      ...(this.#workflow.promises === undefined ? [] : [this.#check('its paths keep its promises', async () => this.#rehearse())]),
    ];
  }

  #drives(): ModelCheck[] {
    const { full = false, databaseUrl } = this.#options;
    if (!full) return [this.#drive('each move in each state', 'moves', {})];
    return [
      this.#drive('every step and every pair of transitions', 'steps', {}),
      this.#drive('each move in each state, with a restart between any two steps', 'moves', { restarts: true }),
      this.#drive('each move in each state, with every request made twice', 'moves', { twice: true }),
      ...(databaseUrl === undefined
        ? []
        : [this.#drive('every pair of transitions, with two services on PostgreSQL', 'pairs', { services: 2 })]),
    ];
  }

  #check(name: string, run: () => Promise<void>): ModelCheck {
    return { name: `${this.#workflow.name}: ${name}`, run };
  }

  get #limit(): number {
    return this.#options.mostSteps ?? usualMostSteps;
  }

  #foundPaths(): Paths {
    const { schedules, coverage } = pathsOf(this.#workflow, this.#limit);
    const covered = coverage();
    const paths: Paths = { schedules, coverage: (of) => (of === undefined ? covered : coverage(of)) };
    writeReport([{ workflow: this.#workflow, ...paths }]);
    this.#hasPaths = true;
    return paths;
  }

  #coverage(): Coverage {
    return this.#paths().coverage();
  }

  /** The table of the coverage, as lines for a terminal; empty if the graph is too large. */
  table(): string[] {
    const rows = this.#hasPaths ? rowsOf(this.#coverage()) : [];
    return rows.map(({ what, covered, of }) => `  ${what.padEnd(46)}${String(covered).padStart(6)} of ${of}`);
  }

  #rehearse(): void {
    const failed = this.#paths().schedules.flatMap((schedule) => {
      const found = rehearse(this.#observed, schedule, this.#figures);
      return found === null
        ? []
        : [{ steps: schedule.steps.slice(0, schedule.steps.indexOf(found.step) + 1), schedule, wrong: found.wrong }];
    });
    const [shortest] = failed.sort((a, b) => a.steps.length - b.steps.length);
    if (shortest === undefined) return;
    const path = sentenceOf({ ...shortest.schedule, steps: shortest.steps });
    fail([`${failed.length} paths break promises. The shortest: ${path}`, ...shortest.wrong]);
  }

  #drive(what: string, criterion: PathCriterion, mode: Mode): ModelCheck {
    return this.#check(`${what}, over HTTP`, async () => {
      const { schedules } = this.#paths();
      const services = await ServicesUnderTest.prepare(this.#options);
      try {
        const { target, url } = await targetOf(services, mode);
        const surroundings = {
          provider: null,
          clientKey,
          endTask: (...end: Parameters<typeof services.stage.end>) => services.stage.end(...end),
          writers: this.#options.bodies ?? {},
        };
        const model = drivenWorkflow(this.#observed, this.#figures, surroundings);
        const driven = [{ model, schedules: selectPaths(schedules, criterion) }];
        const { failures } = await drive(driven, target, `m${Date.now().toString(36)}`);
        fail(failures.length === 0 ? [] : [shortestFailure(failures, url)]);
      } finally {
        await services.remove();
      }
    });
  }
}

interface Mode {
  readonly restarts?: true;
  readonly twice?: true;
  readonly services?: number;
}

async function targetOf(
  services: ServicesUnderTest,
  { restarts, twice, services: count = 1 }: Mode,
): Promise<{ target: Target; url: string }> {
  const running = await Promise.all(Array.from({ length: count }, () => services.start()));
  const client = (n: number) => {
    const each = running[n % running.length];
    if (each === undefined) throw new Error('No service runs');
    return each.client;
  };
  const between = async () => {
    await running[0]?.stop();
    running[0] = await services.start();
  };
  return { target: { client, ...(restarts === true ? { between } : {}), ...(twice === undefined ? {} : { twice }) }, url: client(0).url };
}

/** The most faults that one message lists. */
const mostListed = 10;

/** @throws Error if there is a fault */
function fail(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length > mostListed ? [`and ${faults.length - mostListed} more`] : [];
  throw new Error([...faults.slice(0, mostListed), ...more].join('\n'));
}

/** @returns a function that computes a value at its first call, and throws the same error again if that failed */
function once<Value>(compute: () => Value): () => Value {
  let result: { readonly value: Value } | { readonly error: unknown } | null = null;
  return () => {
    if (result === null) {
      try {
        result = { value: compute() };
      } catch (error) {
        result = { error };
      }
    }
    if ('error' in result) throw result.error;
    return result.value;
  };
}
