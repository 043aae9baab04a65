/**
 * The coverage of the model tests, for the designers' page. The tests write the file. If the file is absent, outdated or malformed, the
 * page shows no coverage.
 */
import { readFile, stat } from 'node:fs/promises';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { CoverageAnswer } from '../openapi/schemas.ts';

const Counted = Type.Record(Type.String(), Type.Object({ paths: Type.Integer({ minimum: 0 }) }));

const WorkflowCoverage = Type.Object({
  version: Type.Integer(),
  transitions: Counted,
  states: Counted,
  paths: Type.Array(Type.Object({ sentence: Type.String(), states: Type.Array(Type.String()), transitions: Type.Array(Type.String()) })),
});

export type Coverage = Static<typeof CoverageAnswer>;

/** Enough examples to explain a path; the report of the tests lists all paths. */
const examplesEach = 3;

export class CoverageFile {
  readonly #path: string;
  /** The last content of the file by workflow, and the modification mark of the file at that time. */
  #read: { readonly mark: string; readonly coverage: ReadonlyMap<string, Coverage> } = { mark: '', coverage: new Map() };

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns the coverage of this version of the workflow; null without one */
  async of(workflow: string, version: number): Promise<Coverage | null> {
    const mark = await stat(this.#path).then(
      ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
      () => null,
    );
    if (mark === null) return null;
    if (this.#read.mark !== mark) this.#read = { mark, coverage: coverageOf(await readFile(this.#path, 'utf8').catch(() => '')) };
    const coverage = this.#read.coverage.get(workflow);
    return coverage?.version === version ? coverage : null;
  }
}

function coverageOf(text: string): Map<string, Coverage> {
  const found = new Map<string, Coverage>();
  try {
    const { workflows } = JSON.parse(text);
    for (const [name, said] of Object.entries(workflows)) {
      if (Value.Check(WorkflowCoverage, said)) found.set(name, condensed(said));
    }
  } catch {
    // The file is malformed, or the tests are writing it. Its mark changes when they have finished.
  }
  return found;
}

function condensed({ version, states, transitions, paths }: Static<typeof WorkflowCoverage>): Coverage {
  const shortestFirst = paths.toSorted((a, b) => a.sentence.length - b.sentence.length);
  const sentences: string[] = [];
  const positions = new Map<string, number>();
  const positionOf = (sentence: string): number => {
    const position = positions.get(sentence) ?? sentences.push(sentence) - 1;
    positions.set(sentence, position);
    return position;
  };
  const withExamples = (counted: Static<typeof Counted>, kind: 'states' | 'transitions') =>
    Object.fromEntries(
      Object.entries(counted).map(([id, { paths: count }]) => {
        const examples = firstOf(shortestFirst, (path) => path[kind].includes(id)).map(({ sentence }) => positionOf(sentence));
        return [id, { paths: count, examples }];
      }),
    );
  return { version, states: withExamples(states, 'states'), transitions: withExamples(transitions, 'transitions'), sentences };
}

function firstOf<T>(all: readonly T[], wanted: (one: T) => boolean): T[] {
  const found: T[] = [];
  for (const one of all) {
    if (wanted(one)) found.push(one);
    if (found.length === examplesEach) break;
  }
  return found;
}
