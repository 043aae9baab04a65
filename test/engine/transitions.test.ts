import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entering, taking } from '../../src/engine/machines/transitions.ts';
import { initialState, transitionState } from '../../src/engine/machines/xstate-transition.ts';
import { workflowNamed } from '../support/workflows.ts';
import { emailVerificationEvents } from './email-verification-events.ts';

const { machine } = workflowNamed('email-verification');

// An error that no task reports would put the machine of XState into its error status. The step never passes one on.
const withoutErrors = emailVerificationEvents.filter(({ type }) => type !== 'xstate.error.actor.deliverCode');

describe('memoised transitions', () => {
  test('every walk through the machine has the same result as without the memo', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...withoutErrors), { maxLength: 30 }), (walk) => {
        let { state, effects } = initialState(machine);
        expect(entering(machine)).toEqual({ state, effects, taken: true });
        for (const event of walk) {
          const running = effects.some(({ type }) => type === 'start-task') ? ['deliverCode'] : [];
          const fresh = transitionState(machine, state, running, event);
          expect(taking(machine, state, running, event)).toEqual(fresh);
          ({ state, effects } = fresh);
        }
      }),
    );
  });

  test('a running task changes the transition that stops it', () => {
    const { state } = entering(machine);
    const stops = (running: readonly string[]) =>
      taking(machine, state, running, { type: 'CANCEL' }).effects.filter(({ type }) => type === 'stop-task').length;
    expect([stops(['deliverCode']), stops([])]).toEqual(
      [['deliverCode'], []].map(
        (running) => transitionState(machine, state, running, { type: 'CANCEL' }).effects.filter(({ type }) => type === 'stop-task').length,
      ),
    );
  });

  test('no session can change the memoised result for others', () => {
    const { state, effects } = entering(machine);
    for (const shared of [state, state.context, effects, effects[0]]) expect(Object.isFrozen(shared)).toBe(true);
  });
});
