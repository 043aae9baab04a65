/** The reused scope gives the same results as XState's own, public `transition`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { initialState, transitionState } from '../../src/engine/machines/xstate-transition.ts';
import { workflowNamed } from '../support/workflows.ts';
import { emailVerificationEvents } from './email-verification-events.ts';

const { machine } = workflowNamed('email-verification');

test('every walk through the machine agrees with the public transition, in state and in actions', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...emailVerificationEvents), { maxLength: 30 }), (walk) => {
      let [snapshot, actions] = initialTransition(machine);
      let ours = initialState(machine);
      for (const event of walk) {
        expect({ value: ours.state.value, context: ours.state.context, done: ours.state.done }).toEqual({
          value: snapshot.value,
          context: snapshot.context,
          done: snapshot.status === 'done',
        });
        const theirs = actions.map((action): string => action.type).filter((type) => type.startsWith('xstate.') || type === 'refuse');
        expect(ours.effects.map(({ type }) => type)).toEqual(theirs.map((type) => effectTypes[type]));
        const running = Object.keys(snapshot.children);
        // An error without a waiting transition would put XState's machine into its error status. The step never passes one on.
        if (event.type === 'xstate.error.actor.deliverCode' && running.length === 0) continue;
        ours = transitionState(machine, ours.state, running, event);
        [snapshot, actions] = transition(machine, snapshot, event);
      }
    }),
  );
});

const effectTypes: Record<string, string> = {
  'xstate.raise': 'set-timer',
  'xstate.cancel': 'cancel-timer',
  'xstate.spawnChild': 'start-task',
  'xstate.stopChild': 'stop-task',
  refuse: 'refuse',
};
