/**
 * The part that all verifications share: a code is sent, can be sent again, is guessed, locks, expires, and is replaced by the next one. A
 * part of each machine; it never runs alone.
 */
import type { EventObject, UnknownActorLogic } from 'xstate';
import {
  type CodeEntryContext,
  type CodeEntrySetup,
  type CodeFigures,
  codeEntrySetup,
  type DeliverCodeInput,
  type EmailCodeEvent,
  type FragmentContext,
  type LoginCodeContext,
  type LoginCodeEvent,
  type PhoneCodeContext,
  type PhoneCodeEvent,
  type StepUpCodeContext,
  type StepUpCodeEvent,
} from './code-entry-setup.ts';
import type { Extended } from './extended-setup.ts';
import { type AccountSetup, accountSetup, type FactorFigures, provingFactorOf } from './factor-proof.ts';
import { refusals } from './refusals.ts';
import { abandonedScreen, cancelledScreen, codeEntryScreen, deliveryFailedScreen, expiredScreen, lockedScreen } from './screens.ts';

/** The context and the events that a machine adds to those of code entry. */
interface Additions<Context, Event> {
  readonly context: Context;
  readonly events: Event;
}

interface Options {
  /** The pause between a delivery and the next send of the same code. Set-up and login have different ones. */
  readonly cooldownMs: number;
  /** The id of the state after a correct code. */
  readonly success: string;
}

interface VerificationOptions<Context, Event> extends Options {
  readonly types: Additions<Context, Event>;
}

interface AccountOptions<Context, Event, Tasks> extends VerificationOptions<Context, Event> {
  /** The machine's other tasks. */
  readonly tasks: Tasks;
}

/** The variants of code entry. Each returns the set-up of the machine, and states to spread among the machine's own. */
export const codeEntry = {
  /** Codes by mail. Guesses count for the address. */
  byEmail: <Context, Event extends EventObject>(figures: CodeFigures, options: VerificationOptions<Context, Event>) =>
    ofDestination<CodeEntryContext & Context, EmailCodeEvent | Event>(figures, { ...options, variant: 'email' }),

  /** Codes by text message or by call, between which a person can switch. Guesses count for the number. */
  byPhone: <Context, Event extends EventObject>(figures: CodeFigures, options: VerificationOptions<Context, Event>) =>
    ofDestination<PhoneCodeContext & Context, PhoneCodeEvent | Event>(figures, { ...options, variant: 'phone' }),

  /** Codes of a login. Guesses count for the account, and a correct code can make the device trusted. */
  ofLogin: <Context, Event extends EventObject, Tasks extends Record<string, UnknownActorLogic>>(
    figures: FactorFigures,
    options: AccountOptions<Context, Event, Tasks>,
  ) => ofAccount<LoginCodeContext & Context, LoginCodeEvent | Event, Tasks>(figures, { ...options, variant: 'login' }),

  /** Codes that prove the presence of the account's owner again, for this session only. */
  ofStepUp: <Context, Event extends EventObject, Tasks extends Record<string, UnknownActorLogic>>(
    figures: FactorFigures,
    options: AccountOptions<Context, Event, Tasks>,
  ) => ofAccount<StepUpCodeContext & Context, StepUpCodeEvent | Event, Tasks>(figures, { ...options, variant: 'step-up' }),
} as const;

interface AccountComposition<Tasks> extends Options {
  readonly variant: 'login' | 'step-up';
  readonly tasks: Tasks;
}

type Variant = 'email' | 'phone' | 'login' | 'step-up';

/** The variants without an account: their states have no actions for an owner. */
function ofDestination<Context extends FragmentContext, Event extends EventObject>(
  figures: CodeFigures,
  { variant, cooldownMs, success }: Options & { readonly variant: 'email' | 'phone' },
) {
  const setup = codeEntrySetup(figures, cooldownMs, {});
  return { fragment: extended<Context, Event, Record<never, never>, false>(setup), states: statesOf(setup, variant, guessesOf(success)) };
}

function ofAccount<Context extends FragmentContext, Event extends EventObject, Tasks extends Record<string, UnknownActorLogic>>(
  figures: FactorFigures,
  options: AccountComposition<Tasks>,
) {
  const setup = accountSetup(figures, options.cooldownMs, options.tasks);
  // XState cannot widen the context of a set-up. The states of code entry read only members that every account's context has.
  const states = statesOf(setup as unknown as CodeEntrySetup, options.variant, accountGuessesOf(options));
  const provingFactor = provingFactorOf(setup, options);
  return { fragment: extended<Context, Event, Tasks, true>(setup), states: { ...states, provingFactor } };
}

function extended<
  Context extends FragmentContext,
  Event extends EventObject,
  Tasks extends Record<string, UnknownActorLogic>,
  OfAccount extends boolean,
>(fragment: CodeEntrySetup | AccountSetup) {
  // XState cannot add to the types of a set-up. This set-up reads only its own members of the context, and tells events by their type.
  return fragment as unknown as Extended<Context, Event, Tasks, OfAccount>;
}

const {
  accountChanged,
  blocked,
  codeExpired,
  codeLimit,
  codeLocked,
  codeStillValid,
  landlineNeedsVoice,
  resendTooSoon,
  sendLimit,
  wrongCode,
} = refusals;

const notify = <const Notice extends 'new-device' | 'wrong-code'>(notice: Notice) => ({ type: 'notifyOwner', params: { notice } }) as const;

/** @param guesses the transitions for an entered code */
function statesOf<const Guesses>(fragment: CodeEntrySetup, variant: Variant, guesses: Guesses) {
  const isOfAccount = variant === 'login' || variant === 'step-up';

  const resend = { RESEND_CODE: [{ guard: 'sendsLeft', target: 'delivering' }, { actions: sendLimit }] } as const;
  const switching = {
    SWITCH_CHANNEL: [
      // For an account, the resolver has checked the telephone already.
      ...(isOfAccount ? [] : [{ guard: 'isTextToLandline', actions: landlineNeedsVoice } as const]),
      // The code stays the same, so a code that went by email never proves the telephone.
      { guard: 'sendsLeft', target: 'delivering', actions: variant === 'login' ? ['noteMail', 'switchChannel'] : 'switchChannel' },
      { actions: sendLimit },
    ],
  } as const;
  const sendAgain = variant === 'email' ? resend : { ...resend, ...switching };
  /** The same refusal for every event that would send the current code. */
  const refuseSends = (refusal: typeof resendTooSoon | typeof codeLocked | typeof codeExpired) =>
    variant === 'email'
      ? { RESEND_CODE: { actions: refusal } }
      : { RESEND_CODE: { actions: refusal }, SWITCH_CHANNEL: { actions: refusal } };
  const report = { DELIVERY_REPORTED: { target: 'deliveryFailed', actions: 'noteReport' } } as const;

  const active = fragment.createStateConfig({
    description: 'A code is valid. The person can enter it from the moment it was sent until it expires.',
    meta: codeEntryScreen,
    initial: 'delivering',
    entry: variant === 'login' ? ['startNextCode', 'forgetMail'] : 'startNextCode',
    after: { codeLifetime: '#expired' },
    on: {
      REQUEST_NEW_CODE: { actions: codeStillValid },
    },
    states: {
      delivering: {
        description: 'The message is on its way to the provider. The code already counts: it may arrive first.',
        meta: codeEntryScreen,
        entry: 'countSend',
        invoke: {
          id: 'deliverCode',
          src: 'deliverCode',
          input: ({ context }: { context: FragmentContext }): DeliverCodeInput => ({
            codeNumber: context.codesIssued,
            sendNumber: context.sendsOfCode,
            channel: variant === 'email' ? 'email' : (context.channel ?? null),
            ...(variant === 'step-up' ? ({ confirms: 'change' } as const) : {}),
          }),
          onDone: 'cooldown',
          onError: { target: 'deliveryFailed', actions: 'noteNotSent' },
        },
        on: { ...refuseSends(resendTooSoon), ...report },
      },
      cooldown: {
        description: 'The provider has accepted the message. The message has time to arrive before the code can be sent again.',
        meta: codeEntryScreen,
        after: { resendCooldown: 'resendable' },
        on: { ...refuseSends(resendTooSoon), ...report },
      },
      resendable: {
        description: 'Nothing arrived? The same code can be sent again.',
        meta: codeEntryScreen,
        on: { ...sendAgain, ...report },
      },
      deliveryFailed: {
        description: 'The message could not be delivered. The code can be sent again at once, or to another destination.',
        meta: deliveryFailedScreen,
        exit: 'forgetFailure',
        on: sendAgain,
      },
      locked: {
        description: 'Too many wrong guesses: this code is no longer accepted. A new one can be requested after it has expired.',
        meta: lockedScreen,
        on: { SUBMIT_CODE: { actions: codeLocked }, ...refuseSends(codeLocked) },
      },
    },
  });

  const codeActive = { ...active, on: { SUBMIT_CODE: guesses, ...active.on } };

  const expired = fragment.createStateConfig({
    id: 'expired',
    description: 'The code has expired. A new one can be requested.',
    meta: expiredScreen,
    on: {
      SUBMIT_CODE: { actions: codeExpired },
      ...refuseSends(codeExpired),
      REQUEST_NEW_CODE: [{ guard: 'codesLeft', target: 'codeActive' }, { actions: codeLimit }],
    },
  });

  const cancelled = fragment.createStateConfig({
    id: 'cancelled',
    type: 'final',
    description: 'Cancelled by the person or the application.',
    meta: cancelledScreen,
  });

  const abandoned = fragment.createStateConfig({
    id: 'abandoned',
    type: 'final',
    description: 'Never finished: the session ran out of time.',
    meta: abandonedScreen,
  });

  return { codeActive, expired, cancelled, abandoned };
}

/** The result of a guess that counts for an address or a number. */
function guessesOf(success: string) {
  const wrong = ['countWrongGuess', wrongCode] as const;
  return [
    { guard: 'isBlocked', actions: blocked },
    { guard: 'isCorrect', target: `#${success}` },
    { guard: 'isLastGuess', target: '.locked', actions: wrong },
    { actions: wrong },
  ] as const;
}

/** The result of a guess that counts for an account. */
function accountGuessesOf({ variant, success: id }: Pick<AccountComposition<never>, 'variant' | 'success'>) {
  const success = `#${id}` as const;
  const wrong = ['countWrongGuess', wrongCode, notify('wrong-code')] as const;
  const recognised =
    variant === 'login'
      ? ({ actions: ['noteEnrolment', 'forgetWrongCodes', 'rememberNetwork'] } as const)
      : ({ actions: 'forgetWrongCodes' } as const);
  const trusted = {
    guard: 'trustsDevice',
    target: success,
    actions: ['noteTrust', 'forgetWrongCodes', 'rememberNetwork', 'trustDevice', notify('new-device')],
  } as const;
  return [
    { guard: 'isOutdated', target: '#denied', actions: accountChanged },
    { guard: 'isBlocked', actions: blocked },
    ...(variant === 'login' ? [trusted] : []),
    { guard: 'isCorrect', target: success, ...recognised },
    { guard: 'isLastGuess', target: '.locked', actions: wrong },
    { actions: wrong },
  ] as const;
}
