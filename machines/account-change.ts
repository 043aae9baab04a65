/** Changes an account's password, address or number. Before that, its owner proves their identity again, for this change only. */
import { and, assign, stateIn } from 'xstate';
import type { AccountChannel } from './channels.ts';
import { codeEntry } from './code-entry.ts';
import { noCodeYet, type StepUpCodeContext, type StepUpCodeEvent } from './code-entry-setup.ts';
import { noProofYet } from './factor.ts';
import type { FactorFigures } from './factor-proof.ts';
import { codeEntryScreen, deniedScreen, doneScreen } from './screens.ts';
import { type TaskDone, type TaskFailed, task } from './workflow.ts';

export const kinds = ['email', 'phone', 'password'] as const;

type Kind = (typeof kinds)[number];

/** `kind` is null until the change is known. */
export type ChangeContext = StepUpCodeContext & { kind: Kind | null };

/** A change is confirmed by a code over the channel, or by a factor. */
export type Request =
  | { type: 'REQUEST_CHANGE'; kind: Kind; channel: AccountChannel }
  | { type: 'REQUEST_CHANGE'; kind: Kind; factor: true };

type Application = { outcome: 'applied' | 'taken' | 'superseded' };

/** The end of the child. */
type Verification = { outcome: 'verified' | 'cancelled' | 'abandoned' };

type ChangeEvent =
  | Request
  | TaskDone<'verifyDestination', Verification>
  | TaskDone<'applyChange', Application>
  | TaskFailed<'verifyDestination'>;

const notify = <N extends 'email-changed' | 'phone-changed' | 'password-changed'>(notice: N, at: 'present' | 'former' = 'present') =>
  ({ type: 'notifyOwner', params: { notice, at } }) as const;

export function accountChangeMachine(figures: FactorFigures) {
  const { fragment, states } = codeEntry.ofStepUp(figures, {
    types: {} as { context: { kind: Kind | null }; events: ChangeEvent },
    cooldownMs: figures.resendCooldownMs,
    success: 'confirmed',
    tasks: {
      'destination-verification': task<{ workflow: string }, Verification>(),
      applyChange: task<Record<string, never>, Application>(),
    },
  });
  const { codeActive, expired, provingFactor, ...ends } = states;
  const endedAs =
    (outcome: (Application | Verification)['outcome']) =>
    ({ event }: { event: StepUpCodeEvent | ChangeEvent }) =>
      'outcome' in event && event.outcome === outcome;

  return fragment
    .extend({
      guards: {
        isConfirmedByFactor: ({ event }) => event.type === 'REQUEST_CHANGE' && 'factor' in event,
        isEmail: ({ context }) => context.kind === 'email',
        isPhone: ({ context }) => context.kind === 'phone',
        isPassword: ({ context }) => context.kind === 'password',
        isVerified: endedAs('verified'),
        isApplied: endedAs('applied'),
        isApplying: stateIn('#applying'),
      },
      actions: {
        noteRequest: assign(({ context: { kind, channel }, event }) =>
          event.type === 'REQUEST_CHANGE' ? { kind: event.kind, channel: 'channel' in event ? event.channel : null } : { kind, channel },
        ),
        /** The code is over. Its counts would make a graph of each of their combinations with what follows. */
        forgetCode: assign({ ...noCodeYet }),
      },
    })
    .createMachine({
      id: 'account-change',
      context: { ...noCodeYet, ...noProofYet, kind: null, channel: null },
      initial: 'requested',
      // A change under way may have been applied already, so its end decides.
      after: { sessionLifetime: [{ guard: 'isApplying' }, { target: '.abandoned' }] },
      states: {
        requested: {
          id: 'requested',
          description: 'The requested change is valid, and the channel to the owner is known.',
          meta: codeEntryScreen,
          on: {
            REQUEST_CHANGE: [
              { guard: 'isConfirmedByFactor', target: 'confirming.provingFactor', actions: 'noteRequest' },
              { target: 'confirming', actions: 'noteRequest' },
            ],
          },
        },
        confirming: {
          id: 'confirming',
          description: 'The owner of the account enters a code that is valid for this change only, or proves a factor.',
          meta: codeEntryScreen,
          initial: 'codeActive',
          states: { codeActive, expired, provingFactor },
          on: { CANCEL: 'cancelled' },
        },
        confirmed: {
          id: 'confirmed',
          description: 'The owner has confirmed the change. A new password needs no verification.',
          meta: codeEntryScreen,
          entry: 'forgetCode',
          always: [{ guard: 'isPassword', target: 'applying' }, { target: 'verifyingDestination' }],
        },
        verifyingDestination: {
          id: 'verifyingDestination',
          description:
            'A child session verifies the new address or number, which can no longer be replaced. If the address already has an account, its owner gets a notice instead of a code.',
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
          description: 'The change is applied, once. It can no longer be cancelled.',
          meta: { screen: 'applying-change', title: 'Changing your account' },
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
              // The address was taken or the account changed in the meantime. The owner gets no notice: a notice would reveal the change to
              // a reader of that mailbox.
              { target: 'denied' },
            ],
          },
        },
        applied: {
          id: 'applied',
          type: 'final',
          description: 'The account is changed, and its owner gets a notice.',
          meta: doneScreen('Your account was updated'),
        },
        denied: {
          id: 'denied',
          type: 'final',
          description:
            'The account has changed in the meantime, or the address has become another account’s. A new change needs a new session.',
          meta: deniedScreen,
        },
        ...ends,
      },
    });
}
