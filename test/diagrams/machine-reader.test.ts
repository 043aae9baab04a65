/** The model for pictures matches the machine, and finds a transition that was taken. */
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine, initialTransition, setup, transition } from 'xstate';
import { readMachine, transitionId } from '../../src/diagrams/machine-reader.ts';
import { workflows } from '../support/workflows.ts';
import { doorMachine, forkingMachine, houseMachine, nestedMachine, workflowOf } from './invented-machines.ts';

const door = readMachine(workflowOf(doorMachine()));
const house = readMachine(workflowOf(houseMachine));

describe('states', () => {
  test('come in document order, with their children and actions', () => {
    expect(door.states.map(({ path, title, type, parent, initial }) => [path, title, type, parent, initial])).toEqual([
      ['closed', 'Closed', 'atomic', '', null],
      ['opening', 'Opening', 'compound', '', 'opening.unlocking'],
      ['opening.unlocking', 'Unlocking', 'atomic', 'opening', null],
      ['opening.waiting', 'Waiting', 'atomic', 'opening', null],
      ['inside', 'Inside', 'final', '', null],
      ['locked', 'Locked', 'final', '', null],
    ]);
    expect(door.states[0]).toMatchObject({ description: 'Nobody has come yet.', screen: 'porch', id: 'door.closed' });
    expect(door.states[2]).toMatchObject({ entry: ['ring'], exit: [], tasks: [{ id: 'open', name: 'open' }] });
    expect(door.root).toMatchObject({ path: '', parent: null, initial: 'closed', title: 'Door' });
  });

  test('show actions of the machine, and hide only those that XState adds for its timeouts', () => {
    const actions = house.states.flatMap(({ path, entry, exit }) => [...entry, ...exit].map((action) => `${path}: ${action}`));
    expect(actions).toEqual(['day: cancel alarm', 'day: knock', 'day.kitchen.cold: raise SMELL']);
    expect(house.transitions.find(({ delay }) => delay)).toMatchObject({ kind: 'timeout', actions: [] });
  });
});

describe('transitions', () => {
  test('have an id of source, cause and choice', () => {
    expect(door.transitions.map(({ id, kind, source, target }) => [id, kind, source, target])).toEqual([
      ['any:pass-by:0', 'event', '', null],
      ['any:after-night:0', 'timeout', '', 'locked'],
      ['closed:knock:0', 'event', 'closed', 'opening'],
      ['closed:knock:1', 'refusal', 'closed', null],
      ['closed:ring:0', 'refusal', 'closed', null],
      ['closed:shout:0', 'refusal', 'closed', null],
      ['opening:knock:0', 'event', 'opening', 'opening.waiting'],
      ['opening:after-answerTimeout:0', 'timeout', 'opening', 'closed'],
      ['opening.unlocking:done-open:0', 'done', 'opening.unlocking', 'inside'],
      ['opening.unlocking:failed-open:0', 'failed', 'opening.unlocking', 'opening.waiting'],
      ['opening.waiting:ring:0', 'event', 'opening.waiting', 'opening.waiting'],
    ]);
  });

  test('carry guards, actions, delays and refusals', () => {
    const [knock, refused] = door.transitions.filter(({ source, event }) => source === 'closed' && event === 'knock');
    expect(knock).toMatchObject({ type: 'KNOCK', guard: 'isHome', otherwise: false, actions: ['knock'], refusal: null });
    expect(refused).toMatchObject({ guard: null, otherwise: true, actions: [] });
    const alone = door.transitions.filter(({ otherwise }) => !otherwise).map(({ id }) => id);
    expect(alone).toHaveLength(door.transitions.length - 1);
    expect(refused?.refusal).toEqual({ code: 'nobody-home', until: { name: 'answerTimeout', ms: 90_000, text: '90 s' } });
    expect(door.transitions.find(({ id }) => id === 'any:after-night:0')?.delay).toEqual({ name: 'night', ms: 28_800_000, text: '8 h' });
  });

  test('show the parameters of an action, unless they are computed when it runs', () => {
    const machine = setup({ actions: { note: (_, _what: { failure: string; left?: number }) => {} } }).createMachine({
      id: 'm',
      entry: { type: 'note', params: { failure: 'expired' } },
      on: {
        A: { actions: { type: 'note', params: { failure: 'refused', left: 2 } } },
        B: { actions: { type: 'note', params: () => ({ failure: 'computed' }) } },
      },
    });
    const { root, transitions } = readMachine(workflowOf(machine));
    expect([root.entry, ...transitions.map(({ actions }) => actions)]).toEqual([['note(expired)'], ['note(refused, 2)'], ['note']]);
  });

  test('without an event, and with composed guards, are shown in logical notation', () => {
    const always = house.transitions.filter(({ kind }) => kind === 'always');
    expect(always.map(({ id, guard, otherwise }) => [id, guard, otherwise])).toEqual([
      ['deciding:always:0', 'isHome and (not isLate)', false],
      ['deciding:always:1', null, true],
    ]);
  });

  test('name every target, the first as if it were the only one', () => {
    const { transitions } = readMachine(workflowOf(forkingMachine));
    expect(transitions.filter(({ furtherTargets }) => furtherTargets).map(({ id, kind }) => [id, kind])).toEqual([
      ['any:reset:0', 'event'],
      ['idle:start:0', 'event'],
      ['asking:after-answerTimeout:0', 'timeout'],
      ['asking:always:0', 'always'],
      ['work:hurry:0', 'event'],
      ['work:done:0', 'done'],
      ['work.pay.due:both:0', 'event'],
      ['after:back:0', 'event'],
    ]);
    const [start, ask] = transitions.filter(({ source }) => source === 'idle');
    expect(start).toMatchObject({ target: 'work.pay.paid', furtherTargets: ['work.parcel.sent', 'work.note.two'] });
    expect(ask).not.toHaveProperty('furtherTargets');
  });

  test('that would share an id are refused', () => {
    const machine = createMachine({ id: 'm', initial: 'a', states: { a: { on: { SAY_YES: 'a', 'say-yes': 'a' } } } });
    expect(() => readMachine(workflowOf(machine))).toThrow('a:say-yes:0');
  });
});

test('a history state shows its depth, and its defaults', () => {
  const { states } = readMachine(workflowOf(nestedMachine));
  expect(states.flatMap(({ path, history }) => (history ? [[path, history]] : []))).toEqual([
    ['outer.a.last', { deep: false, defaults: [] }],
    ['outer.a.lastIn', { deep: true, defaults: ['outer.a.inner'] }],
    ['outer.all', { deep: true, defaults: ['outer.a.inner'] }],
  ]);
});

test('a task that starts a session of another workflow shows it', () => {
  const setUp = workflows.latest().find(({ name }) => name === 'account-setup');
  const { states } = readMachine(setUp ?? workflowOf(houseMachine));
  expect(states.find(({ path }) => path === 'verifyingEmail')?.tasks).toEqual([
    { id: 'verifyEmail', name: 'email-verification', isSession: true },
  ]);
  expect(states.find(({ path }) => path === 'creatingAccount')?.tasks).toEqual([{ id: 'createAccount', name: 'createAccount' }]);
});

describe('a transition that is taken', () => {
  const registered = workflows.latest().map(({ machine }) => machine);

  test.each<[string, AnyStateMachine]>(
    [...registered, doorMachine(), houseMachine, forkingMachine, nestedMachine].map((machine) => [machine.id, machine]),
  )('is found in the model of %s', (_, machine) => {
    const known = new Set(readMachine(workflowOf(machine)).transitions.map(({ id }) => id));
    let [snapshot] = initialTransition(machine);
    const seen = new Set<string>();
    for (const type of machine.events.filter((each) => !each.includes('*'))) {
      for (const taken of machine.getTransitionData(snapshot, { type })) seen.add(transitionId(taken));
      if (snapshot.status === 'active') [snapshot] = transition(machine, snapshot, { type });
    }
    expect(seen.size).toBeGreaterThan(0);
    expect([...seen].filter((id) => !known.has(id))).toEqual([]);
  });

  test('has the id of the choice whose guard passed', () => {
    const machine = doorMachine();
    const [snapshot] = initialTransition(machine);
    const absent = machine.provide({ guards: { isHome: () => false } });
    expect(machine.getTransitionData(snapshot, { type: 'KNOCK' }).map(transitionId)).toEqual(['closed:knock:0']);
    const [initial] = initialTransition(absent);
    expect(absent.getTransitionData(initial, { type: 'KNOCK' }).map(transitionId)).toEqual(['closed:knock:1']);
  });

  test('is not guessed from a copy', () => {
    const machine = doorMachine();
    const [taken] = machine.getTransitionData(initialTransition(machine)[0], { type: 'KNOCK' });
    expect(() => taken && transitionId({ ...taken })).toThrow('pass the original');
  });
});
