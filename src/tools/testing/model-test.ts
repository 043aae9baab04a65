/** `test`: explores the graph of each workflow, compares it with the rules and the promises, and reports what the paths cover. */
import { valuesOf } from '../../../machines/figures.ts';
import type { Workflow } from '../../../machines/workflow.ts';
import { Workflows } from '../../engine/machines/workflows.ts';
import { assemble } from '../../modules/assembly.ts';
import type { Module } from '../../modules/module.ts';
import { type Paths, pathsOf } from '../../testing/graph/paths.ts';
import { exploreSteps, GraphTooLarge, type StepGraph } from '../../testing/graph/step-graph.ts';
import { rulesOf } from '../../testing/promises/rules.ts';
import { rowsOf, writeReport } from '../../testing/report.ts';
import { nearest } from '../command-line/nearest.ts';
import { Mistake } from '../mistake.ts';

export interface ModelTestDeps {
  readonly modules: readonly Module[];
  /** The workflows of the author, by name. They are tested if no others are asked for. */
  readonly own: readonly string[];
  /** The names of the workflows to test. */
  readonly names: readonly string[];
  /** True for graphs of any size. */
  readonly isFull: boolean;
  readonly say: (line: string) => void;
  /** Prints a line about a fault. */
  readonly complain: (line: string) => void;
}

/** The largest number of steps of a graph: some seconds of exploring, and a million for a full test. */
const mostSteps = { quick: 20_000, full: 1_000_000 };

/**
 * Writes the coverage to `coverage/`.
 * @returns the number of faults
 * @throws Mistake for a name that no workflow has
 */
export function testModels({ modules, own, names, isFull, say, complain }: ModelTestDeps): number {
  const { workflows, figures } = assemble(modules);
  const values = valuesOf(figures, 'default');
  const all = new Workflows(workflows, values).latest();
  const tested = selected(all, names.length > 0 ? names : own);
  const limit = isFull ? mostSteps.full : mostSteps.quick;
  const reported: (Paths & { readonly workflow: Workflow })[] = [];
  let faults = 0;
  for (const workflow of tested) {
    const test = new ModelTest(workflow, limit, (line) => say(`${workflow.name}: ${line}`));
    const lines = test.faults(values);
    for (const line of lines) complain(`${workflow.name}: ${line}`);
    faults += lines.length;
    const paths = test.paths;
    if (paths !== null) reported.push({ ...paths, workflow });
  }
  writeReport(reported);
  say(faults === 0 ? `All is well: coverage/model.html shows the paths` : `${faults} ${faults === 1 ? 'fault' : 'faults'}`);
  return faults;
}

function selected(all: readonly Workflow[], names: readonly string[]): readonly Workflow[] {
  const known = all.map(({ name }) => name);
  const [unknown] = names.filter((name) => !known.includes(name));
  if (unknown !== undefined) {
    const hint = nearest(unknown, known, (nearby) => `: ${nearby} is meant?`) || `. The workflows: ${known.join(', ')}`;
    throw new Mistake(`There is no workflow '${unknown}'${hint}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

class ModelTest {
  paths: Paths | null = null;
  readonly #workflow: Workflow;
  readonly #limit: number;
  readonly #say: (line: string) => void;

  constructor(workflow: Workflow, limit: number, say: (line: string) => void) {
    this.#workflow = workflow;
    this.#limit = limit;
    this.#say = say;
  }

  /** @returns one line for each fault */
  faults(figures: Readonly<Record<string, number>>): string[] {
    try {
      return [...this.#brokenRules(figures), ...this.#uncovered()];
    } catch (error) {
      if (!(error instanceof GraphTooLarge)) throw error;
      return [`${error.message}. With --full, graphs of ${mostSteps.full} steps are explored`];
    }
  }

  #brokenRules(figures: Readonly<Record<string, number>>): string[] {
    const graph = this.#graph();
    const rules = rulesOf(this.#workflow, figures);
    const broken = rules.flatMap(({ name, broken: placesOf }) => {
      const places = placesOf(graph);
      const more = places.length > 1 ? `, and in ${places.length - 1} other places` : '';
      return places.length === 0 ? [] : [`not so: ${name}, at ${places[0]}${more}`];
    });
    this.#say(`${rules.length - broken.length} of ${rules.length} rules hold`);
    return broken;
  }

  /** With exact times if that graph is small enough, and with the order of the timers otherwise. */
  #graph(): StepGraph {
    this.#say('exploring its graph');
    const graph = this.#exact() ?? exploreSteps(this.#workflow, { ends: 'any', limit: this.#limit });
    const steps = [...graph.configurations.values()].reduce((sum, configuration) => sum + configuration.steps.length, 0);
    this.#say(`${graph.configurations.size} configurations, ${steps} steps`);
    return graph;
  }

  #exact(): StepGraph | null {
    try {
      return exploreSteps(this.#workflow, { times: 'exact', ends: 'any', limit: this.#limit });
    } catch (error) {
      if (error instanceof GraphTooLarge) return null;
      throw error;
    }
  }

  #uncovered(): string[] {
    const paths = pathsOf(this.#workflow, this.#limit);
    this.paths = paths;
    const rows = rowsOf(paths.coverage());
    this.#say(`${paths.schedules.length} paths cover`);
    for (const { what, covered, of } of rows) this.#say(`  ${what.padEnd(46)}${String(covered).padStart(6)} of ${of}`);
    return rows.flatMap(({ what, covered, of }) => (covered === of ? [] : [`the paths cover ${covered} of ${of} ${what}`]));
  }
}
