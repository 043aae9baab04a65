/** Machines that exist for their pictures alone: a small one that is easy to check by eye, and one with everything in it. */
import { and, assign, cancel, not, raise, setup } from 'xstate';
import { task, type Workflow } from '../../machines/workflow.ts';
import { workflowNamed } from '../support/workflows.ts';

/** The rest of a workflow says nothing in a picture. */
export function workflowOf(machine: Workflow['machine'], version = 1): Workflow {
  return { ...workflowNamed('email-verification'), name: machine.id, version, description: `Invented: ${machine.id}`, machine };
}

const parts = setup({
  types: { events: {} as { type: string } },
  actors: { open: task<undefined>() },
  actions: { refuse: (_, _refusal: { code: string; until?: string }) => {}, knock: () => {}, ring: assign({}) },
  guards: { isHome: () => true, isAwake: () => true, isLate: () => false },
  delays: { patience: 90_000, night: 8 * 60 * 60 * 1000 },
});

/** A figure of the machine, and a text of it: neither is structure. */
export function doorMachine({ patience = 90_000, description = 'Nobody has come yet.' } = {}) {
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
            { actions: { type: 'refuse', params: { code: 'nobody-home', until: 'patience' } } },
          ],
          RING: { actions: { type: 'refuse', params: { code: 'no-bell' } } },
          SHOUT: { actions: { type: 'refuse', params: { code: 'no-bell' } } },
        },
      },
      opening: {
        initial: 'unlocking',
        after: { patience: 'closed' },
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
  return machine.provide({ delays: { patience } });
}

/** Regions, depth, history, self-transitions, eventless transitions, composed guards, and XState's own actions. */
export const houseMachine = setup({
  types: { events: {} as { type: string } },
  actors: { open: task<undefined>() },
  actions: { knock: () => {} },
  guards: { isHome: () => true, isAwake: () => true, isLate: () => false },
  delays: { patience: 90_000 },
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
            hot: { after: { patience: 'cold' }, on: { EAT: 'clean', HEAT: { target: 'hot', reenter: true, actions: 'knock' } } },
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
