/** Verifies that a person can be reached at a telephone number, by text message or by a call that speaks the code. */
import { assign } from 'xstate';
import { codeEntry } from './code-entry.ts';
import { type CodeFigures, noCodeYet } from './code-entry-setup.ts';
import { refusals } from './refusals.ts';
import { doneScreen } from './screens.ts';

export function phoneVerificationMachine(figures: CodeFigures) {
  const { fragment, states } = codeEntry.byPhone(figures, {
    types: {} as { context: unknown; events: { type: 'CHANGE_NUMBER' } },
    cooldownMs: figures.setUpResendCooldownMs,
    success: 'verified',
  });
  const set = fragment.extend({
    guards: { isUnchanged: ({ event }) => event.type === 'PROVIDE_NUMBER' && !event.changed },
    actions: {
      takeNumber: assign(({ context: { channel, line }, event }) =>
        event.type === 'PROVIDE_NUMBER' && event.changed ? { channel: event.channel, line: event.line } : { channel, line },
      ),
      forgetNumber: assign({ channel: null, line: null, sendsOfCode: 0, wrongGuesses: 0 }),
    },
  });

  const anotherNumber = {
    CHANGE_NUMBER: [{ guard: 'codesLeft', target: '#awaitingNumber', actions: 'forgetNumber' }, { actions: refusals.codeLimit }],
  } as const;

  return set.createMachine({
    id: 'phone-verification',
    context: { ...noCodeYet, channel: null, line: null },
    initial: 'awaitingNumber',
    after: { sessionLifetime: '.abandoned' },
    on: { CANCEL: '.cancelled' },
    states: {
      awaitingNumber: {
        id: 'awaitingNumber',
        description: 'The person enters a number, and chooses a text message or a call. Nothing is sent before.',
        meta: {
          screen: 'number-entry',
          title: 'Verify your phone number',
          help: 'We will send a code by text message or phone call.',
        },
        on: {
          PROVIDE_NUMBER: [
            { guard: 'isUnchanged', actions: refusals.sameDestination },
            { guard: 'isTextToLandline', actions: refusals.landlineNeedsVoice },
            { target: 'codeActive', actions: 'takeNumber' },
          ],
        },
      },
      ...states,
      codeActive: { ...states.codeActive, on: { ...states.codeActive.on, ...anotherNumber } },
      expired: { ...states.expired, on: { ...states.expired.on, ...anotherNumber } },
      verified: {
        id: 'verified',
        type: 'final',
        description: 'The correct code was entered: the number belongs to the person.',
        meta: doneScreen('Your phone number is verified'),
      },
    },
  });
}
