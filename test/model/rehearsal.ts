/**
 * `npm run test:model`: takes every path of a workflow past the oracle inside this process, without a service or a database.
 *
 *   npm run test:model -- email-verification [--quick]
 *
 * `--quick` is for the time while a machine is being changed: smaller limits and the paths alone, without what they cover and without
 * the invariants. Without a workflow's name it takes all of them.
 */
import { parseArgs } from 'node:util';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Schedule } from '../../src/testing/graph/schedule.ts';
import { sentenceOf } from '../../src/testing/graph/sentences.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { rulesOf } from '../../src/testing/promises/rules.ts';
import { rowsOf } from '../../src/testing/report.ts';
import { registry } from '../support/workflows.ts';
import { factsOf } from './facts.ts';
import { rehearse } from './rehearse.ts';
import { forInvariants, forPostgres, sizedTo, smallest } from './size.ts';
import { type Suite, suiteOf } from './suite.ts';

function main(): number {
  const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean', default: false } }, allowPositionals: true });
  const unknown = positionals.filter((name) => !registry.some((definition) => definition.name === name));
  if (unknown.length > 0) {
    say(`There is no workflow ${unknown.join(', ')}. The workflows: ${registry.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const wanted = registry.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const wrong = wanted.flatMap((definition) => wrongWith(definition, values.quick));
  say(wrong.length === 0 ? 'The oracle found nothing wrong' : wrong.join('\n'));
  return wrong.length === 0 ? 0 : 1;
}

function wrongWith(definition: WorkflowDefinition, isQuick: boolean): string[] {
  const begun = performance.now();
  const { workflow, limits } = sizedTo(definition, isQuick ? smallest : forPostgres);
  const suite = suiteOf(workflow, limits);
  const wrong = [...wrongOnPaths(suite), ...(isQuick ? [] : [...uncovered(suite), ...brokenInvariants(definition)])];
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  say(`${definition.name}: ${suite.schedules.length} paths, limits ${Object.values(limits).join('/')}, ${seconds} s`);
  return wrong.map((line) => `${definition.name}: ${line}`);
}

/** The shortest path with a difference, in words. */
function wrongOnPaths({ model, schedules }: Suite): string[] {
  const failed = schedules.flatMap((schedule) => {
    const found = rehearse(model, schedule);
    return found === null ? [] : [{ path: upTo(schedule, found.step), wrong: found.wrong }];
  });
  const [shortest] = failed.sort((a, b) => a.path.steps.length - b.path.steps.length);
  if (shortest === undefined) return [];
  return [`${failed.length} paths go wrong. The shortest: ${sentenceOf(shortest.path)}`, ...shortest.wrong];
}

function upTo(schedule: Schedule, step: Schedule['steps'][number]): Schedule {
  return { ...schedule, steps: schedule.steps.slice(0, schedule.steps.indexOf(step) + 1) };
}

function uncovered({ coverage }: Suite): string[] {
  return rowsOf(coverage()).flatMap(({ what, covered, of }) => (covered === of ? [] : [`the paths cover ${covered} of ${of} ${what}`]));
}

function brokenInvariants(definition: WorkflowDefinition): string[] {
  const { workflow, limits } = sizedTo(definition, forInvariants);
  const graph = exploreSteps(workflow, { times: 'exact', ends: 'any' });
  return rulesOf(workflow, factsOf(limits)).flatMap(({ name, broken }) => broken(graph).map((where) => `not so: ${name}, at ${where}`));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = main();
