/**
 * The state in which the owner of an account proves a factor in place of a code: a passkey, an authenticator app, a backup code. A part of
 * each machine that asks for a code of the account; it never runs alone.
 */
import { assign } from 'xstate';
import type { accountFigures } from './accounts-figures.ts';
import { type CodeFigures, codeEntrySetup } from './code-entry-setup.ts';
import type { FactorNotice } from './factor.ts';
import type { FiguresOf } from './figures.ts';
import { refusals } from './refusals.ts';
import { factorScreen } from './screens.ts';

export type FactorFigures = CodeFigures & Pick<FiguresOf<typeof accountFigures>, 'proofsPerSession'>;

/** The set-up of code entry for an account, with the guards and actions of its factors. */
export function accountSetup(figures: FactorFigures, ...[cooldownMs, tasks]: Tail<Parameters<typeof codeEntrySetup>>) {
  return codeEntrySetup(figures, cooldownMs, tasks).extend({
    guards: {
      choosesFactor: ({ event }) => event.type === 'CHOOSE_FACTOR' && event.choice === 'factor',
      choosesCode: ({ event }) => event.type === 'CHOOSE_FACTOR' && event.choice === 'code',
      choosesWeakFactor: ({ event }) => event.type === 'CHOOSE_FACTOR' && event.choice === 'weak',
      isProved: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'correct',
      enrols: ({ context }) => context.enrols === true,
      isProvedByUse: ({ event }) => event.type === 'PROVE_FACTOR' && 'left' in event && event.left === 'more',
      isProvedByRareUse: ({ event }) => event.type === 'PROVE_FACTOR' && 'left' in event && event.left === 'few',
      isProofUnknown: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'unknown',
      isProofForeign: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'foreign',
      isProofCloned: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'cloned',
      isProofBlocked: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'blocked',
      isProofChanged: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'changed',
      isProofOutdated: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'outdated',
      isProofCancelled: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'cancelled',
      isProofTimedOut: ({ event }) => event.type === 'PROVE_FACTOR' && event.result === 'timed-out',
      hasNoProofLeft: ({ context }) => (context.wrongProofs ?? 0) >= figures.proofsPerSession,
    },
    actions: {
      countWrongProof: assign({ wrongProofs: ({ context }) => (context.wrongProofs ?? 0) + 1 }),
      noteFactor: assign({ byFactor: true }),
      /** The service demands a factor that the account does not have yet. */
      noteEnrolment: assign({ enrols: ({ event }) => 'enrols' in event && event.enrols === true }),
      /** The person wants a code instead. */
      takeChosenChannel: assign({
        channel: ({ context, event }) =>
          event.type === 'CHOOSE_FACTOR' && event.choice === 'code' ? event.channel : (context.channel ?? null),
      }),
      /** The proof is over. Its count would make a graph of each of its values with what follows. */
      forgetProofs: assign({ wrongProofs: 0 }),
    },
  });
}

export type AccountSetup = ReturnType<typeof accountSetup>;

type Tail<Of extends readonly unknown[]> = Of extends readonly [unknown, ...infer Rest] ? Rest : never;

/** @param options the id of the state after a correct answer */
export function provingFactorOf(
  setup: AccountSetup,
  { variant, success }: { readonly variant: 'login' | 'step-up'; readonly success: string },
) {
  const recognised =
    variant === 'login'
      ? (['noteFactor', 'noteEnrolment', 'forgetWrongCodes', 'rememberNetwork'] as const)
      : (['noteFactor', 'forgetWrongCodes'] as const);
  const wrong = ['countWrongProof', notify('wrong-factor')] as const;
  const proofs = [
    { guard: 'isProvedByRareUse', actions: [...recognised, notify('factor-running-out')] },
    { guard: 'isProvedByUse', actions: [...recognised, notify('factor-used')] },
    { guard: 'isProved', actions: recognised },
  ] as const;
  return setup.createStateConfig({
    id: 'provingFactor',
    description: 'The owner answers with the chosen factor. Each answer uses up its request, and another one follows.',
    meta: factorScreen,
    exit: 'forgetProofs',
    always: { guard: 'hasNoProofLeft', target: '#denied' },
    on: {
      CHOOSE_FACTOR: [
        { guard: 'choosesFactor' },
        { guard: 'choosesCode', target: 'codeActive', actions: 'takeChosenChannel' },
        { guard: 'choosesWeakFactor', actions: refusals.factorTooWeak },
        { actions: refusals.noSuchFactor },
      ],
      PROVE_FACTOR: [
        { guard: 'isProofOutdated', target: '#denied', actions: refusals.accountChanged },
        { guard: 'isProofBlocked', actions: refusals.blocked },
        { guard: 'isProofChanged', actions: refusals.factorChanged },
        { guard: 'isProofCancelled' },
        { guard: 'isProofTimedOut' },
        ...proofs.map((proof) => ({ ...proof, target: `#${success}` as const })),
        { guard: 'isProofUnknown', actions: [...wrong, refusals.unknownCredential] },
        { guard: 'isProofForeign', actions: [...wrong, refusals.foreignCredential] },
        { guard: 'isProofCloned', actions: [...wrong, refusals.clonedCredential] },
        { actions: [...wrong, refusals.wrongFactor] },
      ],
    },
  });
}

const notify = <const Notice extends FactorNotice>(notice: Notice) => ({ type: 'notifyOwner', params: { notice } }) as const;
