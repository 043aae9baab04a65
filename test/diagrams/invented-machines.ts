/** Machines that exist only for their pictures: a small one that is easy to check by eye, and one with everything. */
import { and, assign, cancel, not, raise, setup } from 'xstate';
import { task, type Workflow } from '../../machines/workflow.ts';
import { workflowNamed } from '../support/workflows.ts';

/** The rest of a workflow does not appear in a picture. */
export function workflowOf(machine: Workflow['machine'], version = 1): Workflow {
  return { ...workflowNamed('email-verification'), name: machine.id, version, description: `Invented: ${machine.id}`, machine };
}

const parts = setup({
  types: { events: {} as { type: string } },
  actors: { open: task<undefined>() },
  actions: { refuse: (_, _refusal: { code: string; until?: string }) => {}, knock: () => {}, ring: assign({}) },
  guards: { isHome: () => true, isAwake: () => true, isLate: () => false },
  delays: { answerTimeout: 90_000, night: 8 * 60 * 60 * 1000 },
});

/** A figure and a text of the machine: neither is structure. */
export function doorMachine({ answerTimeout = 90_000, description = 'Nobody has come yet.' } = {}) {
  const machine = parts.createMachine({
    id: 'door',
    initial: 'closed',
    after: { night: '.locked' },
    on: { PASS_BY: {} },
    states: {
      closed: {
        description,
        meta: { screen: 'porch' },
        on: {
          KNOCK: [
            { guard: 'isHome', target: 'opening', actions: 'knock' },
            { actions: { type: 'refuse', params: { code: 'nobody-home', until: 'answerTimeout' } } },
          ],
          RING: { actions: { type: 'refuse', params: { code: 'no-bell' } } },
          SHOUT: { actions: { type: 'refuse', params: { code: 'no-bell' } } },
        },
      },
      opening: {
        initial: 'unlocking',
        after: { answerTimeout: 'closed' },
        on: { KNOCK: '.waiting' },
        states: {
          unlocking: { entry: 'ring', invoke: { id: 'open', src: 'open', onDone: '#inside', onError: 'waiting' } },
          waiting: { on: { RING: { target: 'waiting', reenter: true } } },
        },
      },
      inside: { id: 'inside', type: 'final' },
      locked: { type: 'final' },
    },
  });
  return machine.provide({ delays: { answerTimeout } });
}

/** Regions, depth, history, self-transitions, eventless transitions, composed guards, and XState's own actions. */
export const houseMachine = setup({
  types: { events: {} as { type: string } },
  actors: { open: task<undefined>() },
  actions: { knock: () => {} },
  guards: { isHome: () => true, isAwake: () => true, isLate: () => false },
  delays: { answerTimeout: 90_000 },
}).createMachine({
  id: 'house',
  initial: 'deciding',
  on: { LEAVE: '.gone', RESTART: { target: '.day', reenter: true } },
  states: {
    deciding: {
      always: [{ guard: and(['isHome', not('isLate')]), target: 'day' }, { target: 'gone' }],
    },
    day: {
      type: 'parallel',
      onDone: 'gone',
      exit: [cancel('alarm'), 'knock'],
      states: {
        kitchen: {
          initial: 'cold',
          states: {
            cold: { entry: raise({ type: 'SMELL' }, { id: 'alarm' }), on: { HEAT: { guard: 'isAwake', target: 'hot' } } },
            hot: { after: { answerTimeout: 'cold' }, on: { EAT: 'clean', HEAT: { target: 'hot', reenter: true, actions: 'knock' } } },
            clean: { type: 'final' },
          },
        },
        hall: {
          initial: 'empty',
          states: {
            empty: { invoke: { id: 'visit', src: 'open', onDone: 'full', onError: '#gone' } },
            full: { initial: 'quiet', onDone: 'over', states: { quiet: { on: { SING: 'loud' } }, loud: { type: 'final' } } },
            over: { type: 'final' },
            before: { type: 'history', history: 'deep' },
          },
        },
      },
      on: { SLEEP: { target: 'night', actions: 'knock' }, KNOCK: '.hall.full' },
    },
    night: { on: { WAKE: 'day.hall.before', '*': { actions: 'knock' } } },
    gone: { id: 'gone', type: 'final' },
  },
});

const several = setup({
  types: { events: {} as { type: string } },
  actors: { open: task<undefined>() },
  actions: { refuse: (_, _refusal: { code: string; until?: string }) => {}, knock: () => {} },
  guards: { isHome: () => true },
  delays: { answerTimeout: 90_000 },
});

const region = { initial: 'one', states: { one: { on: { NEXT: 'two' } }, two: {} } } as const;

/**
 * Transitions with several targets: from outside, from the parallel state, from a region, from the machine, immediate, delayed, into final
 * states.
 */
export const forkingMachine = several.createMachine({
  id: 'forking',
  initial: 'idle',
  on: { RESET: { target: ['.work.pay.due', '.work.parcel.packing'], actions: 'knock' }, 'order.*': { actions: 'knock' } },
  states: {
    idle: { tags: 'quiet', on: { START: { guard: 'isHome', target: ['work.pay.paid', 'work.parcel.sent', '#note.two'] }, ASK: 'asking' } },
    asking: {
      always: { guard: 'isHome', target: ['work.pay.due', 'work.parcel.sent'] },
      after: { answerTimeout: { target: ['work.pay.paid', 'work.parcel.packing'] } },
    },
    work: {
      type: 'parallel',
      tags: ['busy'],
      onDone: { target: ['after.left.two', 'after.right.two'] },
      on: { HURRY: { target: ['.pay.paid', '.parcel.sent'] }, '*': { actions: 'knock' } },
      states: {
        pay: {
          initial: 'due',
          states: { due: { on: { PAY: 'paid', BOTH: { target: ['paid', '#work.parcel.sent'] } } }, paid: { type: 'final' } },
        },
        parcel: { initial: 'packing', states: { packing: { on: { SEND: 'sent' } }, sent: { type: 'final' } } },
        note: { id: 'note', initial: 'one', states: { one: { on: { NEXT: 'two' } }, two: { type: 'final' } } },
      },
      id: 'work',
    },
    after: {
      type: 'parallel',
      states: { left: region, right: region },
      on: { BACK: { target: ['#work.pay', '#work.note'] }, LEAVE: 'gone' },
    },
    gone: { type: 'final' },
  },
});

/** Parallel states in parallel states, and history of each sort, with and without defaults. */
export const nestedMachine = several.createMachine({
  id: 'nested',
  initial: 'paused',
  states: {
    outer: {
      id: 'outer',
      type: 'parallel',
      states: {
        a: {
          initial: 'inner',
          states: {
            first: { on: { DEEP: { target: ['inner.x.two', 'inner.y.two', '#outer.b.two'] } } },
            inner: {
              type: 'parallel',
              onDone: 'first',
              states: { x: region, y: region },
              on: { BOTH: { target: ['.x.two', '.y.two'] } },
            },
            last: { type: 'history' },
            lastIn: { type: 'history', history: 'deep', target: 'inner' },
          },
        },
        b: { ...region, on: { SWAP: { target: ['.two', '#outer.a.inner.x.two'], reenter: true } } },
        all: { type: 'history', history: 'deep', target: 'a.inner' },
      },
      on: { PAUSE: '#paused' },
    },
    paused: { id: 'paused', on: { RESUME: 'outer.all', RECALL: { target: ['outer.a.last', 'outer.b.two'] }, DEEPLY: 'outer.a.lastIn' } },
  },
});

/** A machine that is parallel as a whole. */
export const besideMachine = several.createMachine({
  id: 'beside',
  type: 'parallel',
  on: { BOTH: { target: ['.left.two', '.right.two'] } },
  states: { left: { ...region, on: { SYNC: { target: ['.one', '#beside.right.two'] } } }, right: region },
});
