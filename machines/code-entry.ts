/**
 * The part that every verification shares: a code is sent, may be sent again, is guessed, locks,
 * expires, and is replaced by the next one. Composed into each machine; it never runs alone.
 */
import { assign, setup } from 'xstate';
import type { codeFigures } from './codes-figures.ts';
import type { FiguresOf } from './figures.ts';
import type { serviceFigures } from './service-figures.ts';
import { type Channel, type Context, type MachineEvent, type Refusal, type StateMeta, task } from './workflow.ts';

/** The figures that every workflow with a code reads. */
export type CodeFigures = FiguresOf<typeof codeFigures & typeof serviceFigures>;

export interface CodeEntryContext {
  /** Codes issued in this session, the current one included; also the current code's number. Never reset. */
  codesIssued: number;
  /** Sends begun of the current code. */
  sendsOfCode: number;
  /** Guesses that the current code no longer allows: wrong ones, and those that a throttled destination never allowed. */
  wrongGuesses: number;
  /** Why the latest send did not arrive, while that is what the session waits to have mended. */
  deliveryFailure: DeliveryFailure | null;
  [key: string]: string | number | boolean | null;
}

/** Why a message did not arrive: no provider took it, or the provider took it and reported this later. */
export type DeliveryFailure = 'not-sent' | ReportedFailure;
export type ReportedFailure = 'undelivered' | 'busy' | 'no-answer';

/** What the delivery of a code is asked to do; which address and which digits, the handler knows. */
export interface DeliverCodeInput {
  readonly codeNumber: number;
  readonly sendNumber: number;
  readonly channel: Channel;
  /** What the owner of an account confirms with it; absent where it shows only that they were reached. */
  readonly confirms?: 'change';
}

export const noCodeYet: CodeEntryContext = Object.freeze({ codesIssued: 0, sendsOfCode: 0, wrongGuesses: 0, deliveryFailure: null });

const tooSoon = { type: 'refuse', params: { code: 'resend-too-soon', until: 'resendCooldown' } } as const;
const locked = { type: 'refuse', params: { code: 'too-many-attempts', until: 'codeLifetime' } } as const;
const blocked = { type: 'refuse', params: { code: 'too-many-attempts' } } as const;
const outdated = { type: 'refuse', params: { code: 'account-changed' } } as const;
/** Notices to the owner of an account about logins and codes. */
type AccountNotice = 'new-device' | 'wrong-code' | 'password-locked';

export const notify = <N extends AccountNotice>(notice: N) => ({ type: 'notifyOwner', params: { notice } }) as const;
const wrongCode = { type: 'refuse', params: { code: 'wrong-code' } } as const;
const wrongGuess = ['countWrongGuess', wrongCode] as const;
const sendLimit = { type: 'refuse', params: { code: 'send-limit', until: 'codeLifetime' } } as const;
const expired = { type: 'refuse', params: { code: 'code-expired' } } as const;
const stillValid = { type: 'refuse', params: { code: 'code-still-valid', until: 'codeLifetime' } } as const;
const landlineNeedsVoice = { type: 'refuse', params: { code: 'landline-needs-voice' } } as const;
const codeLimit = { type: 'refuse', params: { code: 'code-limit', until: 'sessionLifetime' } } as const;

/** Refuses an event that would need one more code than a session may issue. */
export const refuseCodeLimit = codeLimit;

/** Refuses to send a text message to a telephone that can only ring. */
export const refuseLandline = landlineNeedsVoice;

type Tasks = Readonly<Record<string, ReturnType<typeof task<unknown>>>>;

export interface CodeEntryOptions {
  /** How long after a delivery the same code can be sent again; it differs between set-up and login. */
  readonly cooldownMs: number;
  /** Id of the state that a right code leads to. */
  readonly success: string;
  /** Ids of others that it leads to instead, where a guard says so of the right code. */
  readonly successIf?: readonly { readonly guard: (of: { context: Context; event: MachineEvent }) => boolean; readonly target: string }[];
  /** How a code is sent; null: by the context's `channel`, which a person can switch. */
  readonly channel: Channel | null;
  /**
   * Guesses count against an account too, which may refuse them. The right one of a login may also say that the device is to be
   * trusted; that of a step-up proves once more, for this session alone, that the owner is there.
   */
  readonly account?: 'login' | 'step-up';
  /** What else the machine invokes. */
  readonly tasks?: Tasks;
}

/** The fragment with a deployment's figures: a set-up to build the machine with, and states to spread among its own. */
export function codeEntry(policy: CodeFigures, { cooldownMs, success, successIf = [], channel, account, tasks = {} }: CodeEntryOptions) {
  const actors: Tasks = { deliverCode: task<unknown>(), ...tasks };
  const fragment = setup({
    types: {} as { context: CodeEntryContext; events: MachineEvent; meta: StateMeta },
    actors,
    actions: {
      /** The step reads it as data: the event is refused, and why. */
      refuse: (_, _refusal: Refusal) => {},
      /** Likewise: the owner of the account is told, and nobody waits for it. */
      notifyOwner: (_, _what: { notice: string }) => {},
      /** The owner has shown to be there: wrong codes of before count no more. */
      forgetWrongCodes: () => {},
      /** The owner has logged in from this network. From now on, wrong passwords from there have a count of their own. */
      rememberNetwork: () => {},
      /** Logins on this device need no code from now on. */
      trustDevice: () => {},
      startNextCode: assign({
        codesIssued: ({ context }) => context.codesIssued + 1,
        sendsOfCode: 0,
        wrongGuesses: ({ event }) => (event['throttled'] === true ? policy.guessesPerCode - 1 : 0),
      }),
      /** The code just issued allows one guess. */
      throttle: assign({ wrongGuesses: policy.guessesPerCode - 1 }),
      countSend: assign({ sendsOfCode: ({ context }) => context.sendsOfCode + 1 }),
      countWrongGuess: assign({
        wrongGuesses: ({ context, event }) => (event['last'] === true ? policy.guessesPerCode : context.wrongGuesses + 1),
      }),
      noteNotSent: assign({ deliveryFailure: 'not-sent' }),
      noteReport: assign({ deliveryFailure: ({ event }) => event['failure'] as ReportedFailure }),
      forgetFailure: assign({ deliveryFailure: null }),
      switchChannel: assign({ channel: ({ event }) => event['channel'] as Channel }),
      noteTrust: assign({ trustDevice: true }),
    },
    guards: {
      isCorrect: ({ event }) => event['correct'] === true,
      trustsDevice: ({ event }) => event['correct'] === true && event['trustDevice'] === true,
      isBlocked: ({ event }) => event['blocked'] === true,
      isOutdated: ({ event }) => event['outdated'] === true,
      isLastGuess: ({ context, event }) => event['last'] === true || context.wrongGuesses + 1 >= policy.guessesPerCode,
      sendsLeft: ({ context }) => context.sendsOfCode < policy.sendsPerCode,
      codesLeft: ({ context }) => context.codesIssued < policy.codesPerSession,
      isTextToLandline: ({ context, event }) => event['channel'] === 'sms' && (event['line'] ?? context['line']) === 'landline',
    },
    delays: {
      codeLifetime: policy.codeLifetimeMs,
      resendCooldown: cooldownMs,
      sessionLifetime: policy.sessionLifetimeMs,
    },
  });

  const resend = { RESEND_CODE: [{ guard: 'sendsLeft', target: 'delivering' }, { actions: sendLimit }] } as const;
  const switching = {
    SWITCH_CHANNEL: [
      // An account knows what its telephone can do before the machine is asked.
      ...(account ? [] : [{ guard: 'isTextToLandline', actions: landlineNeedsVoice } as const]),
      { guard: 'sendsLeft', target: 'delivering', actions: 'switchChannel' },
      { actions: sendLimit },
    ],
  } as const;
  const sendAgain = channel === null ? { ...resend, ...switching } : resend;
  /** The same answer to everything that would send the current code. */
  const refuseSends = (refusal: typeof tooSoon | typeof locked | typeof expired) =>
    channel === null ? { RESEND_CODE: { actions: refusal }, SWITCH_CHANNEL: { actions: refusal } } : { RESEND_CODE: { actions: refusal } };
  const report = { DELIVERY_REPORTED: { target: 'deliveryFailed', actions: 'noteReport' } } as const;

  const recognised =
    account === 'login'
      ? ({ actions: ['forgetWrongCodes', 'rememberNetwork'] } as const)
      : account
        ? ({ actions: 'forgetWrongCodes' } as const)
        : {};

  const codeActive = fragment.createStateConfig({
    description: 'A code is valid. It can be entered from the moment it was sent, until it expires.',
    meta: { screen: 'code-entry' },
    initial: 'delivering',
    entry: 'startNextCode',
    after: { codeLifetime: '#expired' },
    on: {
      SUBMIT_CODE: [
        ...(account ? ([{ guard: 'isOutdated', target: '#denied', actions: outdated }] as const) : []),
        { guard: 'isBlocked', actions: blocked },
        ...(account === 'login'
          ? ([
              {
                guard: 'trustsDevice',
                target: `#${success}`,
                actions: ['noteTrust', 'forgetWrongCodes', 'rememberNetwork', 'trustDevice', notify('new-device')],
              },
            ] as const)
          : []),
        ...successIf.map(({ guard, target }) => ({ guard, target: `#${target}`, ...recognised })),
        { guard: 'isCorrect', target: `#${success}`, ...recognised },
        { guard: 'isLastGuess', target: '.locked', actions: account ? [...wrongGuess, notify('wrong-code')] : wrongGuess },
        { actions: account ? [...wrongGuess, notify('wrong-code')] : wrongGuess },
      ],
      REQUEST_NEW_CODE: { actions: stillValid },
    },
    states: {
      delivering: {
        description: 'The message is on its way to the provider. The code already counts: it may arrive first.',
        meta: { screen: 'code-entry' },
        entry: 'countSend',
        invoke: {
          id: 'deliverCode',
          src: 'deliverCode',
          input: ({ context }) =>
            ({
              codeNumber: context.codesIssued,
              sendNumber: context.sendsOfCode,
              channel: channel ?? (context['channel'] as Channel),
              ...(account === 'step-up' ? ({ confirms: 'change' } as const) : {}),
            }) satisfies DeliverCodeInput,
          onDone: 'cooldown',
          onError: { target: 'deliveryFailed', actions: 'noteNotSent' },
        },
        on: { ...refuseSends(tooSoon), ...report },
      },
      cooldown: {
        description: 'The message was handed over. It gets time to arrive before it can be sent again.',
        meta: { screen: 'code-entry' },
        after: { resendCooldown: 'resendable' },
        on: { ...refuseSends(tooSoon), ...report },
      },
      resendable: {
        description: 'Nothing arrived? The same code can be sent again.',
        meta: { screen: 'code-entry' },
        on: { ...sendAgain, ...report },
      },
      deliveryFailed: {
        description: 'The message could not be delivered. It can be sent again at once, or to another place.',
        meta: { screen: 'delivery-failed' },
        exit: 'forgetFailure',
        on: sendAgain,
      },
      locked: {
        description: 'Too many wrong guesses. This code is worth nothing any more; the next one comes when it has expired.',
        meta: { screen: 'locked' },
        on: { SUBMIT_CODE: { actions: locked }, ...refuseSends(locked) },
      },
    },
  });

  const expiredState = fragment.createStateConfig({
    id: 'expired',
    description: 'The code is too old. A new one can be asked for.',
    meta: { screen: 'expired' },
    on: {
      SUBMIT_CODE: { actions: expired },
      ...refuseSends(expired),
      REQUEST_NEW_CODE: [{ guard: 'codesLeft', target: 'codeActive' }, { actions: codeLimit }],
    },
  });

  const cancelled = fragment.createStateConfig({
    id: 'cancelled',
    type: 'final',
    description: 'Given up by the person or the caller.',
    meta: { screen: 'cancelled' },
  });

  const abandoned = fragment.createStateConfig({
    id: 'abandoned',
    type: 'final',
    description: 'Never finished: the session ran out of time.',
    meta: { screen: 'abandoned' },
  });

  return { fragment, states: { codeActive, expired: expiredState, cancelled, abandoned } };
}
