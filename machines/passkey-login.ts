/** A login by passkey alone: the device verifies the person, and names the account. */
import { assign, setup } from 'xstate';
import { noPasskeyYet, type PasskeyContext, type PasskeyEvent, type PasskeyFigures, passkeyCopied, passkeyGuards } from './passkey.ts';
import { type MachineRefusal, refusals } from './refusals.ts';
import { abandonedScreen, cancelledScreen, deniedScreen } from './screens.ts';
import type { StateMeta } from './workflow.ts';

export function passkeyLoginMachine(figures: PasskeyFigures) {
  return setup({
    types: {} as { context: PasskeyContext; events: PasskeyEvent; meta: StateMeta },
    actions: {
      refuse: (_, _refusal: MachineRefusal) => {},
      notifyOwner: (_, _what: { notice: 'passkey-copied' }) => {},
      rememberNetwork: () => {},
      countWrongProof: assign({ wrongProofs: ({ context }) => context.wrongProofs + 1 }),
      noteKey: assign({ hardware: ({ event }) => event.type === 'PROVE_PASSKEY' && event.result === 'correct' && event.hardware }),
    },
    guards: passkeyGuards(figures),
    delays: { passkeySession: figures.passkeySessionMs },
  }).createMachine({
    id: 'passkey-login',
    context: noPasskeyYet,
    initial: 'asking',
    states: {
      asking: {
        id: 'asking',
        description: 'The person chooses a passkey on the device. Each answer uses up its request, and another one follows.',
        meta: { screen: 'passkey', title: 'Log in with your passkey', help: 'Use your fingerprint, your face or the lock of your device.' },
        always: { guard: 'hasNoProofLeft', target: 'denied' },
        after: { passkeySession: 'abandoned' },
        on: {
          PROVE_PASSKEY: [
            { guard: 'isProved', target: 'authenticated', actions: ['noteKey', 'rememberNetwork'] },
            { guard: 'isCancelled' },
            { guard: 'isTimedOut' },
            { guard: 'isCloned', actions: ['countWrongProof', passkeyCopied, refusals.clonedCredential] },
            { guard: 'isUnknown', actions: ['countWrongProof', refusals.unknownCredential] },
            { actions: ['countWrongProof', refusals.wrongFactor] },
          ],
          CANCEL: 'cancelled',
        },
      },
      authenticated: {
        id: 'authenticated',
        type: 'final',
        description: 'The owner of the account is present, by two factors: the device, and the verification of the person on it.',
        meta: { screen: 'done', title: 'You are logged in' },
      },
      denied: { id: 'denied', type: 'final', description: 'Too many answers were wrong.', meta: deniedScreen },
      cancelled: { id: 'cancelled', type: 'final', description: 'The person has cancelled the login.', meta: cancelledScreen },
      abandoned: { id: 'abandoned', type: 'final', description: 'The device did not answer in time.', meta: abandonedScreen },
    },
  });
}
