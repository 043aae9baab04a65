/** The whole surface of XState v5, as docs/xstate.md states it: each row is tested. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as actions from 'xstate/actions';
import * as actors from 'xstate/actors';
import * as guards from 'xstate/guards';
import { assertMachines, checkMachine } from '../../src/engine/checks/machine-check.ts';
import { workflows } from '../support/workflows.ts';
import { boundedFeatures } from './bounded-features.ts';
import { Run, workflowOf } from './machines.ts';
import { machineOf, otherFaults, refusedFeatures } from './refused-features.ts';
import { runningActions } from './running-actions.ts';
import { runningStates } from './running-states.ts';
import { rowsOfThePage } from './surface-rows.ts';

const rows = rowsOfThePage();
const runningFeatures = { ...runningStates, ...runningActions };

/** The members of an interface in XState's declarations. */
function membersOf(name: string): string[] {
  const text = readFileSync(new URL('../../node_modules/xstate/dist/declarations/src/types.d.ts', import.meta.url), 'utf8');
  const [, body = ''] = new RegExp(`interface ${name}<[\\s\\S]*?> \\{\\n([\\s\\S]*?)\\n\\}`).exec(text) ?? [];
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].flatMap(([, member]) => member ?? []);
}

describe('the page', () => {
  test('has a test for each row, of the kind that the row states', () => {
    const tried = {
      runs: Object.keys(runningFeatures),
      bounded: Object.keys(boundedFeatures),
      refused: Object.keys(refusedFeatures),
    };
    for (const verdict of ['runs', 'bounded', 'refused'] as const)
      expect(rows.filter((row) => row.verdict === verdict).map(({ feature }) => feature)).toEqual(tried[verdict]);
    expect(rows.length).toBe(Object.values(tried).flat().length);
  });

  test('has a row for each part of XState', () => {
    const parts = [
      ...membersOf('StateNodeConfig').filter((member) => member !== 'type'),
      ...membersOf('TransitionConfig'),
      ...Object.keys(actions),
      ...Object.keys(actors),
      ...Object.keys(guards).filter((name) => name !== 'evaluateGuard'),
    ];
    expect(parts.length).toBeGreaterThan(45);
    const named = rows.map(({ feature }) => feature);
    expect(parts.filter((part) => !named.some((feature) => feature.includes(`\`${part}\``)))).toEqual([]);
  });
});

describe('runs', () => {
  test.each(Object.entries(runningFeatures))('%s', (_, shows) => shows());
});

describe('is bounded', () => {
  test.each(Object.entries(boundedFeatures))('%s', (_, shows) => shows());
});

describe('is refused at the start, with the state and the fault', () => {
  test.each(Object.entries({ ...refusedFeatures, ...otherFaults }))('%s', (_, { machine, state, fault }) => {
    const workflow = workflowOf(machine, { GO: [] });
    expect(checkMachine(workflow)).toContainEqual({ workflow: 'sample', state, fault: expect.stringMatching(fault) });
    expect(() => assertMachines([workflow])).toThrow(/^Workflow 'sample'(, state '[^']+')?: [^\n]+$/);
  });
});

test('the workflows of the service have no fault', () => {
  const all = workflows.all();
  expect(all.flatMap((workflow) => checkMachine(workflow, all))).toEqual([]);
});

test.each(['c', 'c.d', '#m.a.c', '#x\\.y', '#c', '#c.d'])('a history default is accepted as XState finds it: %s', (target) => {
  const machine = machineOf({
    id: 'm',
    initial: 'off',
    states: {
      off: { on: { GO: 'a.h' } },
      a: {
        initial: 'b',
        states: {
          b: {},
          c: { id: target === '#m.a.c' ? 'm.a.c' : target.startsWith('#x') ? 'x.y' : 'c', initial: 'd', states: { d: {} } },
          h: { type: 'history', target },
        },
      },
    },
  });
  const workflow = workflowOf(machine, { GO: [] });
  expect(checkMachine(workflow)).toEqual([]);
  const run = new Run(workflow);
  run.send('GO');
  expect(run.path).toBe('a.c.d');
});
