/** Two versions of a machine as one model: every difference is marked, and nothing else. */
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/diagrams/comparison.ts';
import { drawComparison } from '../../src/diagrams/comparison-svg.ts';
import { layOut } from '../../src/diagrams/layout.ts';
import { overlaps } from '../../src/diagrams/legibility.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import type { MachineModel, StateModel, TransitionModel } from '../../src/diagrams/model.ts';
import { wholeScene } from '../../src/diagrams/scene.ts';
import { doorMachine, houseMachine, workflowOf } from './invented-machines.ts';

const door = readMachine(workflowOf(doorMachine()));
const house = readMachine(workflowOf(houseMachine));

const withState = (path: string, change: Partial<StateModel>): MachineModel => ({
  ...door,
  states: door.states.map((state) => (state.path === path ? { ...state, ...change } : state)),
});

const withTransition = (id: string, change: Partial<TransitionModel>): MachineModel => ({
  ...door,
  transitions: door.transitions.map((transition) => (transition.id === id ? { ...transition, ...change } : transition)),
});

function stateAt(path: string): StateModel {
  const state = door.states.find((each) => each.path === path);
  if (!state) throw new Error(`There is no state ${path}`);
  return state;
}

function transitionAt(id: string): TransitionModel {
  const transition = door.transitions.find((each) => each.id === id);
  if (!transition) throw new Error(`There is no transition ${id}`);
  return transition;
}

const lines = (before: MachineModel | null, after: MachineModel | null) =>
  compare(before, after).differences.map(
    ({ kind, place, now, was }) => `${kind} ${place} | ${kind === 'changed' ? `${now.join(', ')} | ${was.join(', ')}` : ''}`,
  );

describe('the union', () => {
  test('of equal machines is the machine, without a mark', () => {
    for (const model of [door, house]) expect(compare(model, structuredClone(model))).toEqual({ model, differences: [] });
  });

  test('does not mark texts', () => {
    expect(compare(readMachine(workflowOf(doorMachine({ description: 'Somebody knocks.' }))), door).differences).toEqual([]);
  });

  test('keeps a removed state with its transitions, under ids of their own', () => {
    const without = {
      ...door,
      states: door.states.filter(({ path }) => path !== 'locked'),
      transitions: door.transitions.filter(({ target }) => target !== 'locked'),
    };
    expect(lines(door, without)).toEqual(['removed state locked | ', 'removed any state: after 8 h → locked | ']);
    const { model } = compare(door, without);
    expect(model.states.find(({ path }) => path === 'locked')?.change).toEqual({ kind: 'removed', was: [] });
    expect(new Set(model.transitions.map(({ id }) => id)).size).toBe(model.transitions.length);
    expect(lines(without, door)).toEqual(['added state locked | ', 'added any state: after 8 h → locked | ']);
  });

  test('of a new or a removed machine is that machine, marked throughout', () => {
    for (const [kind, { model }] of [
      ['added', compare(null, door)],
      ['removed', compare(door, null)],
    ] as const) {
      expect([...model.states, ...model.transitions].map(({ change }) => change?.kind)).toEqual(
        [...door.states, ...door.transitions].map(() => kind),
      );
    }
  });

  test('draws a state that lost its children around them', () => {
    const shrunk: MachineModel = {
      ...door,
      states: door.states
        .filter(({ parent }) => parent !== 'opening')
        .map((state) => (state.path === 'opening' ? { ...state, type: 'final', initial: null } : state)),
      transitions: door.transitions.filter(({ source, target }) => !source.startsWith('opening') && !target?.startsWith('opening.')),
    };
    const opening = compare(door, shrunk).model.states.find(({ path }) => path === 'opening');
    expect([opening?.type, opening?.change]).toEqual([
      'compound',
      { kind: 'changed', was: ['type compound', 'initial opening.unlocking'] },
    ]);
  });
});

describe('a change of', () => {
  test.each<[string, MachineModel, string[]]>([
    [
      'a guard',
      withTransition('closed:knock:0', { guard: 'isAwake' }),
      ['changed closed: KNOCK → opening | if isHome, / knock | if isAwake'],
    ],
    [
      'a figure',
      readMachine(workflowOf(doorMachine({ answerTimeout: 45_000 }))),
      [
        'changed closed: KNOCK | else, refused nobody-home until 90 s (answerTimeout) | refused nobody-home until 45 s (answerTimeout)',
        'changed opening: after 90 s → closed | after 90 s (answerTimeout) | after 45 s (answerTimeout)',
      ],
    ],
    [
      'a refusal',
      withTransition('closed:ring:0', { refusal: { code: 'broken', until: null } }),
      ['changed closed: RING | refused no-bell | refused broken'],
    ],
    ['an action', withTransition('closed:knock:0', { actions: [] }), ['changed closed: KNOCK → opening | if isHome, / knock | ']],
    [
      'a target',
      withTransition('closed:knock:0', { target: 'inside' }),
      ['added closed: KNOCK → opening | ', 'removed closed: KNOCK → inside | '],
    ],
    ['an entry action', withState('closed', { entry: ['ring'] }), ['changed state closed |  | entry ring']],
    ['a screen', withState('closed', { screen: 'garden' }), ['changed state closed | screen porch | screen garden']],
    ['the first state', { ...door, root: { ...door.root, initial: 'locked' } }, ['changed the machine | initial closed | initial locked']],
  ])('%s', (_, before, expected) => {
    expect(lines(before, door)).toEqual(expected);
    const ids = compare(before, door).model.transitions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the position of a transition, because the first true guard decides', () => {
    const [knock, other] = ['closed:knock:0', 'closed:knock:1'];
    const swapped = {
      ...door,
      transitions: door.transitions.map((each) =>
        each.id === knock ? { ...each, id: other } : each.id === other ? { ...each, id: knock } : each,
      ),
    };
    expect(lines(swapped, door)).toEqual([
      'changed closed: KNOCK → opening | if isHome, / knock | number 2 of its event',
      'changed closed: KNOCK | else, refused nobody-home until 90 s (answerTimeout) | number 1 of its event',
    ]);
  });
});

test('the picture marks each difference, overlaps nothing, and explains its marks', async () => {
  const before: MachineModel = {
    ...withTransition('closed:knock:0', { guard: 'isAwake' }),
    states: [
      ...door.states.filter(({ path }) => path !== 'locked'),
      { ...stateAt('closed'), path: 'ajar', id: 'ajar', key: 'ajar', title: 'Ajar' },
    ],
    transitions: [
      ...withTransition('closed:knock:0', { guard: 'isAwake' }).transitions.filter(({ target }) => target !== 'locked'),
      { ...transitionAt('closed:knock:0'), id: 'ajar:push:0', source: 'ajar', target: 'inside', type: 'PUSH', event: 'push', guard: null },
    ],
  };
  const { model, differences } = compare(before, door);
  const drawing = await layOut(wholeScene(model));
  expect(overlaps(drawing)).toEqual([]);
  const svg = drawComparison(drawing, 'door: version 1 → 2');
  const marked = (kind: string) => new Set([...svg.matchAll(new RegExp(`data-change="${kind}"`, 'g'))].map(({ index }) => index)).size;
  // A line and its label are marked apart, and the legend has one mark of each kind.
  expect(differences.map(({ kind }) => kind).toSorted()).toEqual(['added', 'added', 'changed', 'removed', 'removed']);
  expect([marked('added'), marked('changed'), marked('removed')]).toEqual([4, 3, 4]);
  for (const word of ['>added<', '>removed<', '>changed<', '>door: version 1 → 2<', 'was if isAwake']) expect(svg).toContain(word);
});
