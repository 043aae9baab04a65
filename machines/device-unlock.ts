/** Proves to an application that is logged in that the owner of the account is there: by a passkey of the account. */
import { assign, setup } from 'xstate';
import { noPasskeyYet, type PasskeyContext, type PasskeyEvent, type PasskeyFigures, passkeyCopied, passkeyGuards } from './passkey.ts';
import { type MachineRefusal, refusals } from './refusals.ts';
import { abandonedScreen, cancelledScreen, deniedScreen } from './screens.ts';
import { type StateMeta, type TaskDone, task } from './workflow.ts';

type Renewal = { outcome: 'renewed' };

export function deviceUnlockMachine(figures: PasskeyFigures) {
  return setup({
    types: {} as { context: PasskeyContext; events: PasskeyEvent | TaskDone<'renewSecondFactor', Renewal>; meta: StateMeta },
    actors: { renewSecondFactor: task<Record<string, never>, Renewal>() },
    actions: {
      refuse: (_, _refusal: MachineRefusal) => {},
      notifyOwner: (_, _what: { notice: 'passkey-copied' }) => {},
      countWrongProof: assign({ wrongProofs: ({ context }) => context.wrongProofs + 1 }),
      noteKey: assign({ hardware: ({ event }) => event.type === 'PROVE_PASSKEY' && event.result === 'correct' && event.hardware }),
    },
    guards: passkeyGuards(figures),
    delays: { passkeySession: figures.passkeySessionMs },
  }).createMachine({
    id: 'device-unlock',
    context: noPasskeyYet,
    initial: 'locked',
    states: {
      locked: {
        id: 'locked',
        description: 'The device asks its owner. Each answer uses up its request, and another one follows.',
        meta: { screen: 'passkey', title: 'Unlock', help: 'Use your fingerprint, your face or the lock of your device.' },
        always: { guard: 'hasNoProofLeft', target: 'denied' },
        after: { passkeySession: 'abandoned' },
        on: {
          PROVE_PASSKEY: [
            { guard: 'isOutdated', target: 'denied', actions: refusals.accountChanged },
            { guard: 'isProved', target: 'renewing', actions: 'noteKey' },
            { guard: 'isCancelled' },
            { guard: 'isTimedOut' },
            { guard: 'isCloned', actions: ['countWrongProof', passkeyCopied, refusals.clonedCredential] },
            { guard: 'isForeign', actions: ['countWrongProof', refusals.foreignCredential] },
            { guard: 'isUnknown', actions: ['countWrongProof', refusals.unknownCredential] },
            { actions: ['countWrongProof', refusals.wrongFactor] },
          ],
          CANCEL: 'cancelled',
        },
      },
      renewing: {
        id: 'renewing',
        description: 'The login counts as a second factor again. The proof can no longer be cancelled.',
        meta: { screen: 'passkey', title: 'Unlock' },
        invoke: {
          id: 'renewSecondFactor',
          src: 'renewSecondFactor',
          input: {},
          // Retried until it ends: an unavailable database delays the unlock and does not fail it.
          onDone: 'unlocked',
        },
      },
      unlocked: {
        id: 'unlocked',
        type: 'final',
        description: 'The owner is there. The login that asked, and no other, counts as a second factor again.',
        meta: { screen: 'done', title: 'Unlocked' },
      },
      denied: {
        id: 'denied',
        type: 'final',
        description: 'Too many answers were wrong, the account has changed, or the login has ended.',
        meta: deniedScreen,
      },
      cancelled: { id: 'cancelled', type: 'final', description: 'The person has cancelled the unlock.', meta: cancelledScreen },
      abandoned: { id: 'abandoned', type: 'final', description: 'The device did not answer in time.', meta: abandonedScreen },
    },
  });
}
