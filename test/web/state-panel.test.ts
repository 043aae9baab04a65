/** The panel of a state shows for each event the result of the step function in that state: accepted, refused, or ignored. */
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import type { Workflow } from '../../machines/workflow.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { type Session, statePath } from '../../src/engine/session.ts';
import { startSession, step } from '../../src/engine/steps/step.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { around, Machine } from '../../src/web/diagrams/machine.js';
import { workflowOf } from '../diagrams/invented-machines.ts';
import { sizedTo, smallest } from '../model/size.ts';
import { registry } from '../support/workflows.ts';

const always = () => true;
const blank = { id: '', keyId: '', sealed: null, startFingerprint: null };

/** The result of every event in each reachable state: `SUBMIT_CODE accepted`, by the path of the state. */
function happening(workflow: Workflow): Map<string, Set<string>> {
  const byState = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const { session, now } of exploreSteps(workflow, { ends: 'any' }).configurations.values()) {
    // Timers and tasks change the effect of an event, and not its acceptance.
    const key = JSON.stringify([session.status, session.value, session.context]);
    if (seen.has(key)) continue;
    seen.add(key);
    const outcomes = outcomesIn(workflow, session, now);
    for (const path of around(statePath(session.value))) byState.set(path, new Set([...(byState.get(path) ?? []), ...outcomes]));
  }
  const entered = statePath(startSession(workflow, blank, null, 0).session.value);
  for (const opening of workflow.start.events) {
    if (opening === null || opening.type in workflow.events) continue;
    const { rejection } = startSession(workflow, blank, opening, 0);
    const outcome = `${opening.type} ${rejection?.kind === 'refused' ? `refused ${rejection.code}` : 'accepted'}`;
    for (const path of around(entered)) byState.set(path, new Set([...(byState.get(path) ?? []), outcome]));
  }
  return byState;
}

function outcomesIn(workflow: Workflow, session: Session, now: number): string[] {
  return Object.entries(workflow.events).flatMap(([type, { payloads, possible = always }]) =>
    payloads
      .filter((payload) => possible(payload, session.context))
      .flatMap((payload) => {
        const { rejection } = step(workflow, session, { kind: 'event', event: { ...payload, type } }, now);
        if (rejection?.kind === 'not-accepted') return [];
        return [`${type} ${rejection === null ? 'accepted' : `refused ${rejection.code}`}`];
      }),
  );
}

/** The events that the panel lists under Accepted and Refused. */
function saying(machine: Machine, path: string): string[] {
  const state = machine.state(path);
  if (state === undefined) throw new Error(`No state ${path}`);
  const told = machine
    .transitionsIn(state)
    .flatMap(({ kind, type, refusal }) =>
      kind === 'event' ? [`${type} accepted`] : refusal !== null && kind === 'refusal' ? [`${type} refused ${refusal.code}`] : [],
    );
  return [...new Set(told)].sort();
}

/** An event is accepted or refused in the same states whether its limit is two or five. */
const sized = registry.map((definition) => sizedTo(definition, smallest).workflow);

describe.each(sized.map((workflow) => [workflow.name, workflow] as const))('a panel of %s', (_, workflow) => {
  const model = readMachine(workflow);
  const happens = happening(workflow);
  test.each(model.states.map(({ path }) => [path]))('shows the result of each event in %s', (path) => {
    expect(saying(new Machine(model), path)).toEqual([...(happens.get(path) ?? [])].sort());
  });
});

describe('a state that answers an event', () => {
  const parts = setup({
    types: { events: {} as { type: string } },
    actions: { refuse: (_, _refusal: { code: string }) => {} },
    guards: { isEven: () => true },
  });
  const refuse = (code: string) => ({ actions: { type: 'refuse', params: { code } } }) as const;
  const machine = parts.createMachine({
    id: 'nest',
    initial: 'outer',
    on: { A: refuse('any'), B: '.end', 'order.*': '.end', 'order.paid': '.end', G: '.end', L: '.end' },
    states: {
      outer: {
        initial: 'own',
        on: { A: 'end', C: [{ guard: 'isEven', target: 'end' }, refuse('odd'), { target: 'end' }] },
        states: {
          own: { on: { A: refuse('own'), B: {}, 'order.paid': refuse('paid') } },
          guarded: { on: { A: { guard: 'isEven', actions: { type: 'refuse', params: { code: 'even' } } }, '*': refuse('anything') } },
          none: {},
        },
      },
      regions: {
        type: 'parallel',
        states: {
          left: { initial: 'one', states: { one: { on: { L: refuse('one') } }, two: {} } },
          right: { on: { G: refuse('right') } },
        },
      },
      end: { type: 'final' },
    },
  });
  const panel = new Machine(readMachine(workflowOf(machine)));

  test.each([
    [
      'outer.own',
      [
        'A refused own',
        'B accepted',
        'C accepted',
        'C refused odd',
        'G accepted',
        'L accepted',
        'order.* accepted',
        'order.paid refused paid',
      ],
    ],
    ['outer.guarded', ['* refused anything', 'A refused even']],
    [
      'outer.none',
      ['A accepted', 'B accepted', 'C accepted', 'C refused odd', 'G accepted', 'L accepted', 'order.* accepted', 'order.paid accepted'],
    ],
    ['regions.left.one', ['A refused any', 'B accepted', 'L refused one', 'order.* accepted', 'order.paid accepted']],
    ['regions.left.two', ['A refused any', 'B accepted', 'L accepted', 'order.* accepted', 'order.paid accepted']],
    ['regions.right', ['A refused any', 'B accepted', 'G refused right', 'L accepted', 'order.* accepted', 'order.paid accepted']],
    ['end', []],
  ])('hides what is around it in %s', (path, told) => {
    expect(saying(panel, path)).toEqual(told);
  });

  test('hides it in nested states, unless one of them passes the event on', () => {
    const hidden = (id: string) => panel.transition(id)?.hiddenIn;
    expect(hidden('outer:c:2')).toEqual(['outer']);
    expect(hidden('any:b:0')).toEqual(['outer.own', 'outer.guarded']);
    expect(hidden('any:a:0')).toEqual(['outer']);
    expect(hidden('any:g:0')).toEqual(['outer.guarded', 'regions']);
  });
});
