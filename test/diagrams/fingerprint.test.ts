/** The fingerprint changes with everything that running sessions depend on, and with nothing else. */
import { describe, expect, test } from 'vitest';
import { extended, fingerprint, strandings } from '../../src/diagrams/fingerprint.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import type { MachineModel, StateModel, TransitionModel } from '../../src/diagrams/model.ts';
import { doorMachine, houseMachine, workflowOf } from './invented-machines.ts';

const door = readMachine(workflowOf(doorMachine()));
const house = readMachine(workflowOf(houseMachine));

function withState(path: string, change: Partial<StateModel>): MachineModel {
  return { ...door, states: door.states.map((state) => (state.path === path ? { ...state, ...change } : state)) };
}

function withTransition(id: string, change: Partial<TransitionModel>): MachineModel {
  return { ...door, transitions: door.transitions.map((each) => (each.id === id ? { ...each, ...change } : each)) };
}

const answerTimeout = { name: 'answerTimeout', ms: 90_000, text: '90 s' };

describe('changes with', () => {
  test.each<[string, MachineModel]>([
    ['a state more', { ...door, states: [...door.states, { ...door.root, path: 'new', parent: '' }] }],
    ['a state less', { ...door, states: door.states.slice(1) }],
    ['a renamed state', withState('closed', { path: 'shut' })],
    ['another id of a state', withState('closed', { id: 'shut' })],
    ['another initial state', withState('opening', { initial: 'opening.waiting' })],
    ['the initial state of the machine', { ...door, root: { ...door.root, initial: 'locked' } }],
    ['another type of state', withState('closed', { type: 'final' })],
    ['an action on entry', withState('closed', { entry: ['ring'] })],
    ['an action on exit', withState('closed', { exit: ['ring'] })],
    ['another task', withState('opening.unlocking', { tasks: [{ id: 'open', name: 'close' }] })],
    ['another id of an invocation', withState('opening.unlocking', { tasks: [{ id: 'unlock', name: 'open' }] })],
    ['a transition less', { ...door, transitions: door.transitions.slice(1) }],
    ['another event', withTransition('closed:ring:0', { type: 'BELL' })],
    ['another target', withTransition('closed:knock:0', { target: 'inside' })],
    ['a further target', withTransition('closed:knock:0', { furtherTargets: ['locked'] })],
    ['a history state', withState('locked', { history: { deep: false, defaults: [] } })],
    ['another guard', withTransition('closed:knock:0', { guard: 'isAwake' })],
    ['an action of a transition', withTransition('closed:knock:0', { actions: [] })],
    ['a timeout of another name', withTransition('opening:after-answerTimeout:0', { delay: { ...answerTimeout, name: 'night' } })],
    ['another refusal', withTransition('closed:ring:0', { refusal: { code: 'nobody-home', until: null } })],
    ['a refusal until another time', withTransition('closed:ring:0', { refusal: { code: 'no-bell', until: answerTimeout } })],
    ['entering a state anew', withTransition('closed:knock:0', { reenter: true })],
  ])('%s', (_, changed) => {
    expect(fingerprint(changed)).not.toBe(fingerprint(door));
  });
});

describe('does not change with', () => {
  test('texts and figures', () => {
    const same = readMachine(workflowOf(doorMachine({ description: 'Somebody knocks.', answerTimeout: 45_000 }), 2));
    expect(same.transitions).not.toEqual(door.transitions);
    expect(fingerprint(same)).toBe(fingerprint(door));
    expect(fingerprint(withState('closed', { screen: 'garden', title: 'Shut' }))).toBe(fingerprint(door));
  });

  test('the order in which states and events are written', () => {
    const turned = { ...door, states: [...door.states].reverse(), transitions: [...door.transitions].reverse() };
    expect(fingerprint(turned)).toBe(fingerprint(door));
  });
});

describe('the lock', () => {
  const lock = extended({}, [door, house]);
  const changed = withTransition('closed:knock:0', { guard: 'isAwake' });

  test('holds every version that was ever generated', () => {
    expect(lock).toEqual({ door: { 1: fingerprint(door) }, house: { 1: fingerprint(house) } });
    const raised = { ...changed, version: 2 };
    expect(extended(lock, [raised])).toEqual({ ...lock, door: { 1: fingerprint(door), 2: fingerprint(raised) } });
  });

  test('accepts known structures, and unknown versions', () => {
    expect(strandings([door, house, { ...changed, version: 2 }], lock)).toEqual([]);
  });

  test('names the version whose sessions a changed structure strands, and keeps the known structure', () => {
    expect(strandings([changed, house], lock)).toEqual([
      expect.stringMatching(/^The structure of door changed.*the running sessions of door version 1 would be stranded\. Raise the version/),
    ]);
    expect(extended(lock, [changed])).toEqual(lock);
  });

  test('accepts no number twice, even after a later one', () => {
    const later = extended(lock, [{ ...changed, version: 2 }]);
    expect(strandings([{ ...changed, version: 1 }], later)).toHaveLength(1);
  });
});
