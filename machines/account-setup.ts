/** Sets up an account: its address is verified, then a telephone number or none, and only what was finished becomes an account. */
import { Type } from '@sinclair/typebox';
import { not, setup, stateIn } from 'xstate';
import { Device, EmailAddress, Locale, NewPassword, noFields, noPayload } from './fields.ts';
import { closed, defineWorkflow, type MachineEvent, type StateMeta, task } from './workflow.ts';

export const accountSetup = defineWorkflow('account-setup', (policy) => {
  const endedAs =
    (outcome: string) =>
    ({ event }: { event: MachineEvent }) =>
      event['outcome'] === outcome;

  const machine = setup({
    types: {} as { events: MachineEvent; meta: StateMeta },
    actors: {
      'email-verification': task<Record<string, never>>(),
      'phone-verification': task<Record<string, never>>(),
      createAccount: task<Record<string, never>>(),
    },
    guards: { isVerified: endedAs('verified'), isTaken: endedAs('taken') },
    delays: { sessionLifetime: policy.sessionLifetimeMs },
  }).createMachine({
    id: 'account-setup',
    context: {},
    initial: 'verifyingEmail',
    // An account that is being made is made, or its address turns out to be taken: no end comes in between.
    after: { sessionLifetime: { guard: not(stateIn('#creatingAccount')), target: '.abandoned' } },
    states: {
      verifyingEmail: {
        id: 'verifyingEmail',
        description:
          'The address is verified in a session of its own. Where it has an account already, its owner is told so and gets no code.',
        meta: { screen: 'email-verification' },
        invoke: {
          id: 'verifyEmail',
          src: 'email-verification',
          input: {},
          // It lives no longer than this one does: what is not verified was cancelled.
          onDone: [{ guard: 'isVerified', target: 'verifyingPhone' }, { target: 'cancelled' }],
          onError: 'abandoned',
        },
        on: { CANCEL: 'cancelled' },
      },
      verifyingPhone: {
        id: 'verifyingPhone',
        description: 'A telephone number is verified in a session of its own, or the account is to do without one.',
        meta: { screen: 'phone-verification' },
        invoke: {
          id: 'verifyPhone',
          src: 'phone-verification',
          input: {},
          onDone: [{ guard: 'isVerified', target: 'linking' }, { target: 'cancelled' }],
          onError: 'abandoned',
        },
        on: { CONTINUE_WITHOUT_PHONE: 'linking', CANCEL: 'cancelled' },
      },
      linking: {
        id: 'linking',
        description: 'An account elsewhere can be linked, or not.',
        meta: { screen: 'link-account' },
        on: { SKIP_LINK: 'creatingAccount', CANCEL: 'cancelled' },
      },
      creatingAccount: {
        id: 'creatingAccount',
        description: 'All is known, and the account is made. That is not taken back any more.',
        meta: { screen: 'link-account' },
        invoke: {
          id: 'createAccount',
          src: 'createAccount',
          input: {},
          // Somebody who reads the mail of the address was quicker: from here on it is as if there had been an account all along.
          onDone: [{ guard: 'isTaken', target: 'verifyingEmail' }, { target: 'complete' }],
          onError: { target: 'creatingAccount', reenter: true },
        },
      },
      complete: {
        id: 'complete',
        type: 'final',
        description: 'There is an account, and it can be logged in to.',
        meta: { screen: 'done' },
      },
      cancelled: {
        id: 'cancelled',
        type: 'final',
        description: 'Given up: nothing of it remains, and the address is free.',
        meta: { screen: 'cancelled' },
      },
      abandoned: {
        id: 'abandoned',
        type: 'final',
        description: 'Never finished: nothing of it remains, and the address is free.',
        meta: { screen: 'abandoned' },
      },
    },
  });

  const plain = { body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;
  return {
    collection: 'account-setups',
    version: 1,
    description: 'Sets up an account: verifies its address, and its telephone number if it is to have one.',
    machine,
    start: {
      body: Type.Object(
        { email: EmailAddress, password: NewPassword, device: Type.Optional(Device), locale: Type.Optional(Locale) },
        closed,
      ),
      resolver: 'newAccount',
      events: [null],
    },
    events: {
      CONTINUE_WITHOUT_PHONE: {
        ...plain,
        resolver: 'withoutPhone',
        description: 'Does without a telephone number: codes will come by email.',
      },
      SKIP_LINK: { ...plain, description: 'Links no account elsewhere.' },
      CANCEL: { ...plain, description: 'Gives the set-up up.' },
    },
    outcomes: { createAccount: ['created', 'taken'] },
    children: {
      'email-verification': { shares: { email: 'email' } },
      'phone-verification': { shares: { phone: 'phone' } },
    },
    secrets: ['passwordHash'],
    view: {
      schema: Type.Object({
        email: Type.String({ description: 'The address, masked; the one that was verified, once one was' }),
        phone: Type.Union([Type.String(), Type.Null()], { description: 'The number, masked; null until one was verified' }),
      }),
      of: ({ masked }) => ({ email: masked['email'], phone: masked['phone'] ?? null }),
    },
    deadlines: { sessionLifetime: 'endsAt' },
    success: { outcome: 'complete', claims: ['email', 'phone'] },
  };
});
