/**
 * The part that every verification shares: a code is sent, may be sent again, is guessed, locks,
 * expires, and is replaced by the next one. Composed into each machine; it never runs alone.
 */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { Code, noFields, noPayload } from './fields.ts';
import type { Policy } from './policy.ts';
import {
  type Channel,
  type Context,
  closed,
  type MachineEvent,
  type Notice,
  type PublicEvent,
  type Refusal,
  type StateMeta,
  task,
} from './workflow.ts';

export interface CodeEntryContext {
  /** Codes issued in this session, the current one included; also the current code's number. Never reset. */
  codesIssued: number;
  /** Sends begun of the current code. */
  sendsOfCode: number;
  /** Wrong guesses of the current code. */
  wrongGuesses: number;
  /** Why the latest send did not arrive, while that is what the session waits to have mended. */
  deliveryFailure: DeliveryFailure | null;
  [key: string]: string | number | boolean | null;
}

/** Why a message did not arrive: no provider took it, or the provider took it and reported this later. */
export type DeliveryFailure = 'not-sent' | ReportedFailure;
type ReportedFailure = 'undelivered' | 'busy' | 'no-answer';

/** What the delivery of a code is asked to do; which address and which digits, the handler knows. */
export interface DeliverCodeInput {
  readonly codeNumber: number;
  readonly sendNumber: number;
  readonly channel: Channel;
}

export const noCodeYet: CodeEntryContext = Object.freeze({ codesIssued: 0, sendsOfCode: 0, wrongGuesses: 0, deliveryFailure: null });

const tooSoon = { type: 'refuse', params: { code: 'resend-too-soon', until: 'resendCooldown' } } as const;
const locked = { type: 'refuse', params: { code: 'too-many-attempts', until: 'codeLifetime' } } as const;
const blocked = { type: 'refuse', params: { code: 'too-many-attempts' } } as const;
const notify = <N extends Notice>(notice: N) => ({ type: 'notifyOwner', params: { notice } }) as const;
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

export interface CodeEntryOptions {
  /** How long after a delivery the same code can be sent again; it differs between set-up and login. */
  readonly cooldownMs: number;
  /** Id of the state that a right code leads to. */
  readonly success: string;
  /** How a code is sent; null: by the context's `channel`, which a person can switch. */
  readonly channel: Channel | null;
  /** Guesses count against an account too, which may refuse them; and the right one may say that the device is to be trusted. */
  readonly account?: true;
}

/** The fragment with a deployment's figures: a set-up to build the machine with, and states to spread among its own. */
export function codeEntry(policy: Policy, { cooldownMs, success, channel, account }: CodeEntryOptions) {
  const fragment = setup({
    types: {} as { context: CodeEntryContext; events: MachineEvent; meta: StateMeta },
    actors: { deliverCode: task<DeliverCodeInput>() },
    actions: {
      /** The step reads it as data: the event is refused, and why. */
      refuse: (_, _refusal: Refusal) => {},
      /** Likewise: the owner of the account is told, and nobody waits for it. */
      notifyOwner: (_, _what: { notice: Notice }) => {},
      startNextCode: assign({ codesIssued: ({ context }) => context.codesIssued + 1, sendsOfCode: 0, wrongGuesses: 0 }),
      countSend: assign({ sendsOfCode: ({ context }) => context.sendsOfCode + 1 }),
      countWrongGuess: assign({ wrongGuesses: ({ context }) => context.wrongGuesses + 1 }),
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
      isLastGuess: ({ context }) => context.wrongGuesses + 1 >= policy.guessesPerCode,
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

  const codeActive = fragment.createStateConfig({
    description: 'A code is valid. It can be entered from the moment it was sent, until it expires.',
    meta: { screen: 'code-entry' },
    initial: 'delivering',
    entry: 'startNextCode',
    after: { codeLifetime: '#expired' },
    on: {
      SUBMIT_CODE: [
        ...(account
          ? ([
              { guard: 'isBlocked', actions: blocked },
              { guard: 'trustsDevice', target: `#${success}`, actions: ['noteTrust', notify('new-device')] },
            ] as const)
          : []),
        { guard: 'isCorrect', target: `#${success}` },
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
          input: ({ context }) => ({
            codeNumber: context.codesIssued,
            sendNumber: context.sendsOfCode,
            channel: channel ?? (context['channel'] as Channel),
          }),
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

/** The events of the fragment as they arrive from outside. */
export const codeEntryEvents = {
  SUBMIT_CODE: {
    description: 'Enters the code. A wrong one is counted.',
    body: Type.Object({ code: Code }, closed),
    resolver: 'code',
    sender: 'holder',
    payloads: [{ correct: true }, { correct: false }],
  },
  RESEND_CODE: { description: 'Sends the current code again.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
  REQUEST_NEW_CODE: {
    description: 'Asks for a new code once the current one has expired.',
    body: noFields,
    resolver: null,
    sender: 'holder',
    payloads: noPayload,
  },
  CANCEL: { description: 'Ends the session without success.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
} as const satisfies Record<string, PublicEvent>;

/** A provider's report that the latest send did not arrive. */
export function deliveryReported(failures: readonly ReportedFailure[]): PublicEvent {
  return {
    description: 'The provider reports that the latest message did not arrive.',
    body: Type.Object(
      {
        failure: Type.Union(
          failures.map((failure) => Type.Literal(failure)),
          { description: 'Why' },
        ),
        codeNumber: Type.Optional(
          Type.Integer({ minimum: 1, description: 'The code that was sent; the current one where nothing is said' }),
        ),
        sendNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'Which send of that code; the latest where nothing is said' })),
      },
      closed,
    ),
    resolver: 'report',
    sender: 'provider',
    payloads: failures.map((failure) => ({ failure })),
  };
}

export const CodeEntryView = {
  codeLength: Type.Integer({ description: 'Digits of a code' }),
  attemptsLeft: Type.Integer({ description: 'Wrong guesses of the current code before it is locked' }),
  sendsLeft: Type.Integer({ description: 'How often the current code can still be sent' }),
  deliveryFailure: Type.Union([Type.String(), Type.Null()], {
    description:
      'Why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null while nothing is known to be wrong',
  }),
};

/** What the outside sees of code entry. */
export function codeEntryView(policy: Policy, context: Context): Record<keyof typeof CodeEntryView, unknown> {
  return {
    codeLength: 6,
    attemptsLeft: Math.max(0, policy.guessesPerCode - Number(context['wrongGuesses'])),
    sendsLeft: Math.max(0, policy.sendsPerCode - Number(context['sendsOfCode'])),
    deliveryFailure: context['deliveryFailure'] ?? null,
  };
}

/** Public names of the fragment's timers. */
export const codeEntryDeadlines = Object.freeze({ codeLifetime: 'expiresAt', resendCooldown: 'canResendAt' });
