/**
 * Adds a factor to an account, or replaces one. Before that, its owner proves their identity again, for this session only: a thief who has
 * only a login enrols nothing. Each kind of factor has a workflow of its own with this machine.
 */
import { assign, stateIn } from 'xstate';
import type { AccountChannel } from './channels.ts';
import { codeEntry } from './code-entry.ts';
import { noCodeYet, type StepUpCodeContext } from './code-entry-setup.ts';
import { type EnrolmentEvent, noProofYet } from './factor.ts';
import { enrolmentGuards, enrolmentStates, enrolmentTasks } from './factor-enrolment.ts';
import type { FactorFigures } from './factor-proof.ts';
import { codeEntryScreen, deniedScreen, doneScreen } from './screens.ts';

/** The owner is reached over the channel, or proves a factor that the account has. */
export type RegistrationRequest =
  | { type: 'REQUEST_REGISTRATION'; channel: AccountChannel }
  | { type: 'REQUEST_REGISTRATION'; factor: true };

export interface FactorRegistration {
  /** The name of the workflow. */
  readonly id: string;
  /** The heading at the end, such as `Your passkey is ready`. */
  readonly done: string;
  /** True if the service makes the credential for one account, so that no other account can have it. */
  readonly isGenerated?: boolean;
}

/** `enrols`: the owner has confirmed the request, so that the enrolment may be shown. */
export type RegistrationContext = StepUpCodeContext & { enrols: boolean };

export function factorRegistrationMachine(figures: FactorFigures, { id, done, isGenerated = false }: FactorRegistration) {
  const { fragment, states } = codeEntry.ofStepUp(figures, {
    types: {} as { context: { enrols: boolean }; events: RegistrationRequest | EnrolmentEvent },
    cooldownMs: figures.resendCooldownMs,
    success: 'enrollingFactor',
    tasks: enrolmentTasks,
  });
  const { codeActive, expired, provingFactor, ...ends } = states;
  const { enrollingFactor, storingFactor } = enrolmentStates({ success: 'enrolled', isGenerated });
  return fragment
    .extend({
      guards: {
        ...enrolmentGuards,
        isConfirmedByFactor: ({ event }) => event.type === 'REQUEST_REGISTRATION' && 'factor' in event,
        isStoring: stateIn('#storingFactor'),
      },
      actions: {
        noteChannel: assign(({ context: { channel }, event }) => ({
          channel: event.type === 'REQUEST_REGISTRATION' && 'channel' in event ? event.channel : channel,
        })),
        /** The confirmation is over. Its counts would make a graph of each of their combinations with the enrolment. */
        forgetConfirmation: assign({ ...noCodeYet, ...noProofYet, enrols: true }),
      },
    })
    .createMachine({
      id,
      context: { ...noCodeYet, ...noProofYet, channel: null, enrols: false },
      initial: 'requested',
      // A factor that is being stored may be stored already, so the end of that task decides.
      after: { sessionLifetime: [{ guard: 'isStoring' }, { target: '.abandoned' }] },
      states: {
        requested: {
          id: 'requested',
          description: 'The owner of an account asks to add a factor, and the way to confirm it is known.',
          meta: codeEntryScreen,
          on: {
            REQUEST_REGISTRATION: [
              { guard: 'isConfirmedByFactor', target: 'confirming.provingFactor' },
              { target: 'confirming', actions: 'noteChannel' },
            ],
          },
        },
        confirming: {
          id: 'confirming',
          description: 'The owner enters a code that is valid for this enrolment only, or proves a factor that the account has.',
          meta: codeEntryScreen,
          initial: 'codeActive',
          states: { codeActive, expired, provingFactor },
          on: { CANCEL: 'cancelled' },
        },
        enrollingFactor: { ...enrollingFactor, entry: 'forgetConfirmation' },
        storingFactor,
        enrolled: {
          id: 'enrolled',
          type: 'final',
          description: 'The account has the factor, and its owner gets a notice.',
          meta: doneScreen(done),
        },
        denied: {
          id: 'denied',
          type: 'final',
          description: 'Too many wrong answers, the account has changed in the meantime, or another account has the credential.',
          meta: deniedScreen,
        },
        ...ends,
      },
    });
}
