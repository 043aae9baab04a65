/** The representation of parallel states and tags, and the start with a refused workflow. */
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { representationSchema } from '../../src/http/openapi/schemas.ts';
import { activeStates } from '../../src/http/sessions/active-states.ts';
import { possiblePaths } from '../../src/http/sessions/state-paths.ts';
import { defineModule } from '../../src/modules/module.ts';
import { designOf } from '../../src/service/design.ts';
import { Run, workflowOf } from './machines.ts';
import { machineOf } from './refused-features.ts';

const region = (count: number) => ({
  initial: 's0',
  states: Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { on: { GO: `s${(index + 1) % count}` } }])),
});
const beside = (regions: number, count: number) => ({
  type: 'parallel',
  states: Object.fromEntries(Array.from({ length: regions }, (_, index) => [`r${regions - index}`, region(count)])),
});
const machine = machineOf({
  initial: 'work',
  states: { work: { ...beside(2, 2), tags: ['busy'], on: { END: 'over' } }, over: { type: 'final' }, back: { type: 'history' } },
});

describe('a parallel state', () => {
  const workflow = workflowOf(machine, { GO: [], END: [] });

  test('is listed in the reference by its combinations, as the session shows them', () => {
    const run = new Run(workflow);
    const { state, states, tags, outcome } = JSON.parse(JSON.stringify(representationSchema(workflow))).properties;
    expect(state.enum).toEqual([
      'work.r2.s0|work.r1.s0',
      'work.r2.s0|work.r1.s1',
      'work.r2.s1|work.r1.s0',
      'work.r2.s1|work.r1.s1',
      'over',
    ]);
    expect(state.enum).toContain(run.path);
    expect(states.items.enum).toEqual(['work.r2.s0', 'work.r2.s1', 'work.r1.s0', 'work.r1.s1', 'over']);
    expect(tags.items.enum).toEqual(['busy']);
    expect(outcome.anyOf[0].enum).toEqual(['over']);
    expect(activeStates(workflow, run.session)).toEqual({ states: ['work.r2.s0', 'work.r1.s0'], tags: ['busy'] });
  });

  test('of many combinations is a pattern that matches its paths', () => {
    const large = workflowOf(machineOf(beside(5, 4)), { GO: [] });
    const paths = possiblePaths(large.machine);
    const pattern = new RegExp('pattern' in paths ? paths.pattern : '^$');
    const run = new Run(large);
    expect(run.path).toMatch(pattern);
    run.send('GO');
    expect(run.path).toMatch(pattern);
    expect(run.path.replace('r5', 'r9')).not.toMatch(pattern);
  });

  test('is read into a picture', () => {
    expect(readMachine(workflow).states.find(({ path }) => path === 'work')?.type).toBe('parallel');
  });
});

test('a refused workflow stops the start before the database is opened, with one line', async () => {
  const definition = { name: 'sample', of: () => workflowOf(machineOf({ initial: 'a', states: { a: { after: { wait: 'a' } } } })) };
  const design = () => designOf({ modules: [defineModule({ name: 'sample', workflows: [definition] })], config: {} });
  expect(design).toThrow("Workflow 'sample', state 'a': the");
});
