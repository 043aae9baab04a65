/** The types of code entry, and the guards, actions and delays that its states name. */
import { assign, setup, type UnknownActorLogic } from 'xstate';
import type { AccountChannel, PhoneChannel } from './channels.ts';
import type { codeFigures } from './codes-figures.ts';
import type { FactorContext, FactorEvent, FactorNotice } from './factor.ts';
import type { FiguresOf } from './figures.ts';
import type { MachineRefusal } from './refusals.ts';
import type { serviceFigures } from './service-figures.ts';
import { type StateMeta, type TaskDone, type TaskFailed, type TaskLogic, task } from './workflow.ts';

/** The figures that every workflow with a code reads. */
export type CodeFigures = FiguresOf<typeof codeFigures & typeof serviceFigures>;

export type Line = 'mobile' | 'landline';

/** The reason why a message did not arrive: no provider accepted it, or the provider reported the failure later. */
export type DeliveryFailure = 'not-sent' | ReportedFailure;
export type ReportedFailure = 'undelivered' | 'busy' | 'no-answer';

export type CodeEntryContext = {
  /** The number of codes issued in this session, which is also the number of the current code. Never reset. */
  codesIssued: number;
  /** The number of sends of the current code, including one under way. */
  sendsOfCode: number;
  /** The used-up guesses of the current code: the wrong ones, and those that throttling has taken away. */
  wrongGuesses: number;
  /** The reason why the latest send did not arrive, while the session waits for another send. */
  deliveryFailure: DeliveryFailure | null;
};

/** `channel` is null before a number is submitted. */
export type PhoneCodeContext = CodeEntryContext & { channel: PhoneChannel | null; line: Line | null };

/** `channel` is null until the account is known. */
export type StepUpCodeContext = CodeEntryContext & FactorContext & { channel: AccountChannel | null };

export type LoginCodeContext = StepUpCodeContext & {
  trustDevice: boolean;
  /** True if the current code was sent by email before another channel. Entering it proves access to the mailbox only. */
  mailed: boolean;
  /** The login goes on with the enrolment of a factor that the service demands. */
  enrols: boolean;
};

/** The events of every variant. */
type CodeEvent =
  | { type: 'RESEND_CODE' }
  | { type: 'CANCEL' }
  | { type: 'DELIVERY_REPORTED'; failure: ReportedFailure }
  | TaskDone<'deliverCode', undefined>
  | TaskFailed<'deliverCode'>;

/** `last`: the destination is throttled, so the code allows no further guess. `blocked`: the guess is refused without a comparison. */
type Guess = { type: 'SUBMIT_CODE'; correct: boolean; last?: true; blocked?: true };

/** `throttled`: the code allows one guess. */
type NewCode = { type: 'REQUEST_NEW_CODE'; throttled?: true };

/** `changed`: the address differs from that of the latest code. */
type AddressChange = { type: 'CHANGE_EMAIL'; changed: boolean; throttled?: true };

/** `changed`: the number differs from that of the latest code. */
export type NumberEntry =
  | { type: 'PROVIDE_NUMBER'; changed: true; channel: PhoneChannel; line: Line; throttled?: true }
  | { type: 'PROVIDE_NUMBER'; changed: false };

export type EmailCodeEvent = CodeEvent | Guess | NewCode | AddressChange;

export type PhoneCodeEvent = CodeEvent | Guess | NewCode | NumberEntry | { type: 'SWITCH_CHANNEL'; channel: PhoneChannel };

/** `outdated`: the account changed after the session began. */
type AccountGuess = { type: 'SUBMIT_CODE'; correct: boolean; blocked?: true; outdated?: true };

export type StepUpCodeEvent =
  | CodeEvent
  | AccountGuess
  | FactorEvent
  | { type: 'REQUEST_NEW_CODE' }
  | { type: 'SWITCH_CHANNEL'; channel: PhoneChannel };

export type LoginCodeEvent =
  | CodeEvent
  | (AccountGuess & { trustDevice?: true; enrols?: true })
  | FactorEvent
  | { type: 'REQUEST_NEW_CODE' }
  | { type: 'SWITCH_CHANNEL'; channel: AccountChannel };

/** The input of a code's delivery. The handler adds the address and the digits. */
export interface DeliverCodeInput {
  readonly codeNumber: number;
  readonly sendNumber: number;
  /** Null in a machine that sends a code before it knows the channel: no machine does. */
  readonly channel: AccountChannel | null;
  /** True if the code confirms a change of the account; absent if it only proves that the owner was reached. */
  readonly confirms?: 'change';
}

export const noCodeYet: Readonly<CodeEntryContext> = Object.freeze({
  codesIssued: 0,
  sendsOfCode: 0,
  wrongGuesses: 0,
  deliveryFailure: null,
});

/** The context that code entry reads and writes: that of any variant. */
export type FragmentContext = CodeEntryContext & {
  channel?: AccountChannel | null;
  line?: Line | null;
  trustDevice?: boolean;
  mailed?: boolean;
  enrols?: boolean;
} & Partial<FactorContext>;

type FragmentEvent = EmailCodeEvent | PhoneCodeEvent | StepUpCodeEvent | LoginCodeEvent;

/** Notices to the owner of an account about logins, codes and changes. */
type AccountNotice =
  | 'new-device'
  | 'wrong-code'
  | 'password-locked'
  | 'email-changed'
  | 'phone-changed'
  | 'password-changed'
  | FactorNotice;

/**
 * The set-up of code entry with a deployment's figures.
 * @param cooldownMs the time after a delivery until the same code can be sent again, in milliseconds
 * @param tasks other tasks of the machine
 */
export function codeEntrySetup(figures: CodeFigures, cooldownMs: number, tasks: Readonly<Record<string, UnknownActorLogic>>) {
  const actors: { deliverCode: TaskLogic<DeliverCodeInput, undefined> } = { deliverCode: task(), ...tasks };
  return setup({
    types: {} as { context: FragmentContext; events: FragmentEvent; meta: StateMeta },
    actors,
    actions: {
      /** Read by the step as data: refuses the event, with the reason. */
      refuse: (_, _refusal: MachineRefusal) => {},
      /**
       * Read by the step as data: notifies the owner of the account as a detached task. `at`: `present` is the account's current address,
       * `former` the address before a change.
       */
      notifyOwner: (_, _what: { notice: AccountNotice; at?: 'present' | 'former' }) => {},
      /** The owner has proved to be present, so earlier wrong codes no longer count. */
      forgetWrongCodes: () => {},
      /** The owner has logged in from this network: its wrong passwords get a count of their own. */
      rememberNetwork: () => {},
      /** Logins on this device need no code from now on. */
      trustDevice: () => {},
      startNextCode: assign({
        codesIssued: ({ context }) => context.codesIssued + 1,
        sendsOfCode: 0,
        wrongGuesses: ({ event }) => ('throttled' in event && event.throttled === true ? figures.guessesPerCode - 1 : 0),
      }),
      /** The code just issued allows one guess. */
      throttle: assign({ wrongGuesses: figures.guessesPerCode - 1 }),
      countSend: assign({ sendsOfCode: ({ context }) => context.sendsOfCode + 1 }),
      countWrongGuess: assign({
        wrongGuesses: ({ context, event }) => (isLast(event) ? figures.guessesPerCode : context.wrongGuesses + 1),
      }),
      noteNotSent: assign({ deliveryFailure: 'not-sent' }),
      noteReport: assign({
        deliveryFailure: ({ context, event }) => (event.type === 'DELIVERY_REPORTED' ? event.failure : context.deliveryFailure),
      }),
      forgetFailure: assign({ deliveryFailure: null }),
      switchChannel: assign({
        channel: ({ context, event }) => (event.type === 'SWITCH_CHANNEL' ? event.channel : (context.channel ?? null)),
      }),
      noteTrust: assign({ trustDevice: true }),
      noteMail: assign({ mailed: ({ context }) => context.mailed === true || context.channel === 'email' }),
      forgetMail: assign({ mailed: false }),
    },
    guards: {
      isCorrect: ({ event }) => event.type === 'SUBMIT_CODE' && event.correct,
      trustsDevice: ({ event }) => event.type === 'SUBMIT_CODE' && event.correct && 'trustDevice' in event && event.trustDevice === true,
      isBlocked: ({ event }) => event.type === 'SUBMIT_CODE' && event.blocked === true,
      isOutdated: ({ event }) => event.type === 'SUBMIT_CODE' && 'outdated' in event && event.outdated === true,
      isLastGuess: ({ context, event }) => isLast(event) || context.wrongGuesses + 1 >= figures.guessesPerCode,
      sendsLeft: ({ context }) => context.sendsOfCode < figures.sendsPerCode,
      codesLeft: ({ context }) => context.codesIssued < figures.codesPerSession,
      isTextToLandline: ({ context, event }) =>
        'channel' in event && event.channel === 'sms' && ('line' in event ? event.line : context.line) === 'landline',
    },
    delays: {
      codeLifetime: figures.codeLifetimeMs,
      resendCooldown: cooldownMs,
      sessionLifetime: figures.sessionLifetimeMs,
    },
  });
}

function isLast(event: FragmentEvent): boolean {
  return event.type === 'SUBMIT_CODE' && 'last' in event && event.last === true;
}

export type CodeEntrySetup = ReturnType<typeof codeEntrySetup>;
