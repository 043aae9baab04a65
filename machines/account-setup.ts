/** Sets up an account: verifies its address, then optionally a telephone number. Only a finished set-up creates an account. */
import { assign, setup, stateIn } from 'xstate';
import type { FiguresOf } from './figures.ts';
import type { LinkingEvent } from './linking.ts';
import type { linkingFigures } from './linking-figures.ts';
import { type MachineRefusal, refusals } from './refusals.ts';
import { abandonedScreen, cancelledScreen, doneScreen, linkScreen } from './screens.ts';
import type { serviceFigures } from './service-figures.ts';
import { type StateMeta, type TaskDone, type TaskFailed, task } from './workflow.ts';

export type SetupFigures = FiguresOf<typeof linkingFigures & typeof serviceFigures>;

/** The reason why an account at a provider was not linked. */
type LinkFailure = 'refused' | 'expired' | 'unavailable' | 'taken' | 'unconfirmed';

export type SetupContext = {
  /** The person is at the provider of the other account. */
  atProvider: boolean;
  linked: boolean;
  linkFailure: LinkFailure | null;
  /** True if the session's lifetime ended while the account was being created. */
  overdue: boolean;
  wrongLinkValues: number;
};

/** The results of the tasks. */
type Exchange = { outcome: 'linked' | 'refused' };
type Creation = { outcome: 'created' | 'taken' | 'link-taken' };

/** The ends of the children. */
type Verification = { outcome: 'verified' | 'cancelled' | 'abandoned' };

type SetupEvent =
  | LinkingEvent
  | { type: 'CONTINUE_WITHOUT_PHONE' }
  | { type: 'SKIP_LINK' }
  | { type: 'CANCEL' }
  | TaskDone<'verifyEmail' | 'verifyPhone', Verification>
  | TaskDone<'exchangeGrant', Exchange>
  | TaskDone<'createAccount', Creation>
  | TaskFailed<'verifyEmail' | 'verifyPhone' | 'exchangeGrant'>;

type Outcome = (Exchange | Creation | Verification)['outcome'];

const noteFailure = (failure: LinkFailure) => ({ type: 'noteFailure', params: { failure } }) as const;

export function accountSetupMachine(figures: SetupFigures) {
  const endedAs =
    (outcome: Outcome) =>
    ({ event }: { event: SetupEvent }) =>
      'outcome' in event && event.outcome === outcome;

  return setup({
    types: {} as { context: SetupContext; events: SetupEvent; meta: StateMeta },
    actors: {
      'email-verification': task<Record<string, never>, Verification>(),
      'phone-verification': task<Record<string, never>, Verification>(),
      exchangeGrant: task<Record<string, never>, Exchange>(),
      createAccount: task<Record<string, never>, Creation>(),
    },
    guards: {
      isVerified: endedAs('verified'),
      isGranted: ({ event }) => event.type === 'PROVIDER_RETURNED' && event.answer === 'granted',
      isDeclined: ({ event }) => event.type === 'PROVIDER_RETURNED' && event.answer === 'declined',
      isConfirmed: ({ event }) => event.type === 'CONFIRM_LINK' && event.correct,
      isLastTry: ({ context }) => context.wrongLinkValues + 1 >= figures.confirmationsPerGrant,
      isLinked: endedAs('linked'),
      isTaken: endedAs('taken'),
      isLinkTaken: endedAs('link-taken'),
      isCreatingAccount: stateIn('#creatingAccount'),
      isTooLate: ({ context, event }) => context.overdue && !endedAs('created')({ event }),
    },
    actions: {
      goToProvider: assign({ atProvider: true, linkFailure: null }),
      backFromProvider: assign({ atProvider: false }),
      /** The engine's step reads the refusal and its reason as data. */
      refuse: (_, _refusal: MachineRefusal) => {},
      forgetWrongValues: assign({ wrongLinkValues: 0 }),
      countWrongValue: assign({ wrongLinkValues: ({ context }) => context.wrongLinkValues + 1 }),
      noteLink: assign({ linked: true }),
      forgetLink: assign({ linked: false }),
      noteOverdue: assign({ overdue: true }),
      noteFailure: assign({ linkFailure: (_, { failure }: { failure: LinkFailure }) => failure }),
    },
    delays: { linkLifetime: figures.linkLifetimeMs, sessionLifetime: figures.sessionLifetimeMs },
  }).createMachine({
    id: 'account-setup',
    context: { atProvider: false, linked: false, linkFailure: null, overdue: false, wrongLinkValues: 0 },
    initial: 'verifyingEmail',
    // A creation under way may have succeeded already, so its end decides, even after the session's lifetime.
    after: { sessionLifetime: [{ guard: 'isCreatingAccount', actions: 'noteOverdue' }, { target: '.abandoned' }] },
    states: {
      verifyingEmail: {
        id: 'verifyingEmail',
        description:
          'A child session verifies the address. If the address already has an account, its owner gets a notice instead of a code.',
        meta: { screen: 'email-verification' },
        invoke: {
          id: 'verifyEmail',
          src: 'email-verification',
          input: {},
          // The child lives no longer than this session. Every end but success counts as cancelled.
          onDone: [{ guard: 'isVerified', target: 'verifyingPhone' }, { target: 'cancelled' }],
          onError: 'abandoned',
        },
        on: { CANCEL: 'cancelled' },
      },
      verifyingPhone: {
        id: 'verifyingPhone',
        description: 'A child session verifies a telephone number, unless the person skips it.',
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
        description: 'The person can link an account at a provider, or skip this.',
        meta: linkScreen,
        entry: 'forgetLink',
        on: { LINK_ACCOUNT: 'authorizing', SKIP_LINK: 'creatingAccount', CANCEL: 'cancelled' },
      },
      authorizing: {
        id: 'authorizing',
        description: 'The person is at the provider, which asks them to approve the link.',
        meta: linkScreen,
        entry: 'goToProvider',
        exit: 'backFromProvider',
        after: { linkLifetime: { target: 'linking', actions: noteFailure('expired') } },
        on: {
          PROVIDER_RETURNED: [
            { guard: 'isGranted', target: 'confirmingLink' },
            { guard: 'isDeclined', target: 'linking', actions: noteFailure('refused') },
            { target: 'linking', actions: noteFailure('unavailable') },
          ],
          LINK_ACCOUNT: { target: 'authorizing', reenter: true },
          SKIP_LINK: 'creatingAccount',
          CANCEL: 'cancelled',
        },
      },
      confirmingLink: {
        id: 'confirmingLink',
        description:
          'The grant is stored. The holder must confirm with a value that only the browser at the provider received. So nothing is linked if an attacker makes another person open the link and agree.',
        meta: linkScreen,
        exit: 'forgetWrongValues',
        after: { linkLifetime: { target: 'linking', actions: noteFailure('expired') } },
        on: {
          CONFIRM_LINK: [
            { guard: 'isConfirmed', target: 'exchangingGrant' },
            { guard: 'isLastTry', target: 'linking', actions: [noteFailure('unconfirmed'), refusals.wrongLinkValue] },
            { actions: ['countWrongValue', refusals.wrongLinkValue] },
          ],
          LINK_ACCOUNT: 'authorizing',
          SKIP_LINK: 'creatingAccount',
          CANCEL: 'cancelled',
        },
      },
      exchangingGrant: {
        id: 'exchangingGrant',
        description: 'The provider is asked for the identity behind the grant. Its answer must match the request.',
        meta: linkScreen,
        invoke: {
          id: 'exchangeGrant',
          src: 'exchangeGrant',
          input: {},
          onDone: [
            { guard: 'isLinked', target: 'creatingAccount', actions: 'noteLink' },
            { target: 'linking', actions: noteFailure('refused') },
          ],
          onError: { target: 'linking', actions: noteFailure('unavailable') },
        },
      },
      creatingAccount: {
        id: 'creatingAccount',
        description: 'All details are known, and the account is created. The set-up can no longer be cancelled.',
        meta: { screen: 'creating-account', title: 'Creating your account' },
        invoke: {
          id: 'createAccount',
          src: 'createAccount',
          input: {},
          // Retried until it ends: an unavailable database delays the account and does not fail it.
          onDone: [
            { guard: 'isTooLate', target: 'abandoned' },
            // Another reader of the mailbox was quicker. From here on, the session continues as if the account had existed all along.
            { guard: 'isTaken', target: 'verifyingEmail' },
            { guard: 'isLinkTaken', target: 'linking', actions: noteFailure('taken') },
            { target: 'complete' },
          ],
        },
      },
      complete: {
        id: 'complete',
        type: 'final',
        description: 'The account exists, and its owner can log in.',
        meta: doneScreen('Your account is ready'),
      },
      cancelled: {
        id: 'cancelled',
        type: 'final',
        description: 'Cancelled: nothing of the account remains, and the address is free.',
        meta: cancelledScreen,
      },
      abandoned: {
        id: 'abandoned',
        type: 'final',
        description: 'Never finished: nothing of the account remains, and the address is free.',
        meta: abandonedScreen,
      },
    },
  });
}
