/** Changes an account's password, address or number: its owner is recognised once more, for this change alone, before anything is. */
import { Type } from '@sinclair/typebox';
import { and, assign, stateIn } from 'xstate';
import { codeEntry } from './code-entry.ts';
import { accountCodeEntryEvents, CodeEntryView, codeEntryDeadlines, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import { type AccountChannel, type CodeFigures, noCodeYet, type StepUpCodeEvent } from './code-entry-setup.ts';
import { Country, Device, EmailAddress, Locale, LoginChannel, NewPassword, PhoneChannel, PhoneNumber } from './fields.ts';
import { closed, defineWorkflow, type TaskDone, type TaskFailed, task } from './workflow.ts';

const kinds = ['email', 'phone', 'password'] as const;

type Kind = (typeof kinds)[number];

/** `kind` is null until the change is known. */
type ChangeContext = { kind: Kind | null };

type Request = { type: 'REQUEST_CHANGE'; kind: Kind; channel: AccountChannel };

type Application = { outcome: 'applied' | 'taken' | 'superseded' };

/** The end of the child. */
type Verification = { outcome: 'verified' | 'cancelled' | 'abandoned' };

type ChangeEvent =
  | Request
  | TaskDone<'verifyDestination', Verification>
  | TaskDone<'applyChange', Application>
  | TaskFailed<'verifyDestination'>;

/** Every change, with each channel by which an account's owner can be reached. */
const requests = kinds.flatMap((kind) =>
  (['sms', 'voice', 'email'] as const).map((channel): Request => ({ type: 'REQUEST_CHANGE', kind, channel })),
);

const notify = <N extends 'email-changed' | 'phone-changed' | 'password-changed'>(notice: N, at: 'present' | 'former' = 'present') =>
  ({ type: 'notifyOwner', params: { notice, at } }) as const;

const Change = Type.Union(
  [
    Type.Object({ kind: Type.Literal('email'), email: EmailAddress }, { ...closed, title: 'Another address' }),
    Type.Object(
      { kind: Type.Literal('phone'), phone: PhoneNumber, country: Type.Optional(Country), channel: Type.Optional(PhoneChannel) },
      { ...closed, title: 'Another number; `channel` says how its code comes' },
    ),
    Type.Object({ kind: Type.Literal('password'), password: NewPassword }, { ...closed, title: 'Another password' }),
  ],
  { description: 'What is to be another one', examples: [{ kind: 'email', email: 'jane@example.org' }] },
);

export const accountChange = defineWorkflow('account-change', (policy: CodeFigures) => {
  const { fragment, states } = codeEntry.ofStepUp(policy, {
    types: {} as { context: ChangeContext; events: ChangeEvent },
    cooldownMs: policy.resendCooldownMs,
    success: 'verifyingDestination',
    shortcut: { guard: 'isRightForPassword', target: 'applying' },
    tasks: {
      'destination-verification': task<{ workflow: string }, Verification>(),
      applyChange: task<Record<string, never>, Application>(),
    },
  });
  const { codeActive, expired, ...ends } = states;
  const endedAs =
    (outcome: (Application | Verification)['outcome']) =>
    ({ event }: { event: StepUpCodeEvent | ChangeEvent }) =>
      'outcome' in event && event.outcome === outcome;

  const machine = fragment
    .extend({
      guards: {
        /** A new password needs nothing verified. */
        isRightForPassword: ({ context, event }) => event.type === 'SUBMIT_CODE' && event.correct && context.kind === 'password',
        isEmail: ({ context }) => context.kind === 'email',
        isPhone: ({ context }) => context.kind === 'phone',
        isPassword: ({ context }) => context.kind === 'password',
        isVerified: endedAs('verified'),
        isApplied: endedAs('applied'),
        isApplying: stateIn('#applying'),
      },
      actions: {
        noteRequest: assign(({ context: { kind, channel }, event }) =>
          event.type === 'REQUEST_CHANGE' ? { kind: event.kind, channel: event.channel } : { kind, channel },
        ),
      },
    })
    .createMachine({
      id: 'account-change',
      context: { ...noCodeYet, kind: null, channel: null },
      initial: 'requested',
      // A change that is being made may be made already: how that ends is waited for.
      after: { sessionLifetime: [{ guard: 'isApplying' }, { target: '.abandoned' }] },
      states: {
        requested: {
          id: 'requested',
          description: 'What is to be changed is known, and how the owner is reached.',
          meta: { screen: 'code-entry' },
          on: { REQUEST_CHANGE: { target: 'confirming', actions: 'noteRequest' } },
        },
        confirming: {
          id: 'confirming',
          description: 'The owner of the account enters a code that is good for this change and for nothing else.',
          meta: { screen: 'code-entry' },
          initial: 'codeActive',
          states: { codeActive, expired },
          on: { CANCEL: 'cancelled' },
        },
        verifyingDestination: {
          id: 'verifyingDestination',
          description:
            'The new address or number, which can not be another one any more, is verified in a session of its own. Where an address has an account already, the owner of that one is told so and gets no code.',
          meta: { screen: 'verification' },
          invoke: {
            id: 'verifyDestination',
            src: 'destination-verification',
            input: ({ context }) => ({ workflow: context.kind === 'email' ? 'email-verification' : 'phone-verification' }),
            onDone: [{ guard: 'isVerified', target: 'applying' }, { target: 'cancelled' }],
            onError: 'abandoned',
          },
          on: { CANCEL: 'cancelled' },
        },
        applying: {
          id: 'applying',
          description: 'The change is made, once. That is not taken back any more.',
          meta: { screen: 'applying-change' },
          invoke: {
            id: 'applyChange',
            src: 'applyChange',
            input: {},
            // The task is retried until it ends: an unavailable database delays the change and does not fail it.
            onDone: [
              {
                guard: and(['isApplied', 'isEmail']),
                target: 'applied',
                actions: [notify('email-changed'), notify('email-changed', 'former')],
              },
              { guard: and(['isApplied', 'isPhone']), target: 'applied', actions: notify('phone-changed') },
              { guard: and(['isApplied', 'isPassword']), target: 'applied', actions: notify('password-changed') },
              // The address was taken or the account was changed in the meantime. The owner gets no notice: it would tell a reader of
              // the mail of that address something new.
              { target: 'denied' },
            ],
          },
        },
        applied: {
          id: 'applied',
          type: 'final',
          description: 'The account is changed, and its owner is told so.',
          meta: { screen: 'done' },
        },
        denied: {
          id: 'denied',
          type: 'final',
          description: 'The account was changed meanwhile, or the address has become another one’s. What is still wanted is begun anew.',
          meta: { screen: 'denied' },
        },
        ...ends,
      },
    });

  const { SUBMIT_CODE, RESEND_CODE, REQUEST_NEW_CODE, CANCEL } = accountCodeEntryEvents;
  return {
    collection: 'account-changes',
    version: 2,
    // Version 1 said with other guards where the end of `applyChange` leads. What is stored is the same.
    migrations: { 1: (stored) => stored },
    description: 'Changes the password, the address or the number of an account, when its owner has confirmed that with a code.',
    machine,
    start: {
      by: 'owner',
      body: Type.Object(
        {
          change: Change,
          channel: Type.Optional({
            ...PhoneChannel,
            description: 'How the owner’s code comes, where the account has a telephone that can do so',
          }),
          device: Type.Optional(Device),
          locale: Type.Optional(Locale),
        },
        closed,
      ),
      resolver: 'change',
      events: requests,
    },
    events: {
      SUBMIT_CODE,
      RESEND_CODE,
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, another way.',
        body: Type.Object({ channel: PhoneChannel }, closed),
        resolver: 'accountChannel',
        sender: 'holder',
        payloads: [{ channel: 'sms' }, { channel: 'voice' }],
        // Who has no telephone has one way alone.
        possible: (_, { channel }) => channel !== 'email',
      },
      REQUEST_NEW_CODE,
      DELIVERY_REPORTED: deliveryReported(['undelivered', 'busy', 'no-answer']),
      CANCEL,
    },
    outcomes: { applyChange: ['applied', 'taken', 'superseded'] },
    children: {
      // The owner has confirmed this address or number: whoever holds the session is not to verify one of theirs instead.
      'email-verification': { as: 'destination-verification', shares: { email: 'newEmail' }, withholds: ['CHANGE_EMAIL'] },
      'phone-verification': {
        as: 'destination-verification',
        shares: { phone: 'newPhone', channel: 'newChannel' },
        withholds: ['CHANGE_NUMBER', 'PROVIDE_NUMBER'],
      },
    },
    secrets: ['newPasswordHash'],
    view: {
      schema: Type.Object({
        kind: Type.Union(
          kinds.map((kind) => Type.Literal(kind)),
          { description: 'What is changed' },
        ),
        email: Type.String({ description: 'The address of the account, masked' }),
        phone: Type.Union([Type.String(), Type.Null()], { description: 'Its number, masked; null where it has none' }),
        newEmail: Type.Union([Type.String(), Type.Null()], { description: 'The address that it is to have, masked; null where it stays' }),
        newPhone: Type.Union([Type.String(), Type.Null()], { description: 'The number that it is to have, masked; null where it stays' }),
        channel: { ...LoginChannel, description: 'How the owner’s code comes' },
        ...CodeEntryView,
      }),
      of: ({ context, masked }) => ({
        kind: context.kind,
        email: masked['email'],
        phone: masked['phone'] ?? null,
        newEmail: masked['newEmail'] ?? null,
        newPhone: masked['newPhone'] ?? null,
        channel: context.channel,
        ...codeEntryView(policy, context),
      }),
    },
    deadlines: codeEntryDeadlines,
  };
});
