/** Verifies that a person reads the mail of an address. */
import { codeEntry } from './code-entry.ts';
import { type CodeFigures, noCodeYet } from './code-entry-setup.ts';
import { refusals } from './refusals.ts';
import { doneScreen } from './screens.ts';

/** Sent at the start for a throttled address: its first code allows one guess. */
type Throttle = { type: 'THROTTLE' };

export function emailVerificationMachine(figures: CodeFigures) {
  const { fragment, states } = codeEntry.byEmail(figures, {
    types: {} as { context: unknown; events: Throttle },
    cooldownMs: figures.setUpResendCooldownMs,
    success: 'verified',
  });
  const set = fragment.extend({ guards: { isUnchanged: ({ event }) => event.type === 'CHANGE_EMAIL' && !event.changed } });

  return set.createMachine({
    id: 'email-verification',
    context: noCodeYet,
    initial: 'codeActive',
    after: { sessionLifetime: '.abandoned' },
    on: {
      CANCEL: '.cancelled',
      CHANGE_EMAIL: [
        { guard: 'isUnchanged', actions: refusals.sameDestination },
        { guard: 'codesLeft', target: '.codeActive' },
        { actions: refusals.codeLimit },
      ],
    },
    states: {
      ...states,
      codeActive: { ...states.codeActive, on: { ...states.codeActive.on, THROTTLE: { actions: 'throttle' } } },
      verified: {
        id: 'verified',
        type: 'final',
        description: 'The correct code was entered: the address belongs to the person.',
        meta: doneScreen('Your email address is verified'),
      },
    },
  });
}
