/** The states in which the owner of an account enrols a factor. A part of logins and of registrations; it never runs alone. */
import { setup } from 'xstate';
import type { Enrolment, EnrolmentEvent, FactorNotice } from './factor.ts';
import { type MachineRefusal, refusals } from './refusals.ts';
import { enrolmentScreen } from './screens.ts';
import { type StateMeta, task } from './workflow.ts';

/** The guards of an enrolment, which each machine with these states adds to its own. */
export const enrolmentGuards = {
  isEnrolmentOutdated: ({ event }: Args) => event.result === 'outdated',
  isEnrolmentCorrect: ({ event }: Args) => event.result === 'correct',
  isEnrolmentCancelled: ({ event }: Args) => event.result === 'cancelled',
  isEnrolmentTimedOut: ({ event }: Args) => event.result === 'timed-out',
  isEnrolmentForeign: ({ event }: Args) => event.result === 'foreign',
  isEnrolled: ({ event }: Args) => event.outcome === 'enrolled',
};

interface Args {
  readonly event: { readonly type: string; readonly result?: unknown; readonly outcome?: unknown };
}

export const enrolmentTasks = { enrolFactor: task<Record<string, never>, Enrolment>() };

const fragment = setup({
  types: {} as { events: EnrolmentEvent | { type: 'CANCEL' }; meta: StateMeta },
  actors: enrolmentTasks,
  actions: {
    refuse: (_, _refusal: MachineRefusal) => {},
    notifyOwner: (_, _what: { notice: FactorNotice }) => {},
  },
  guards: enrolmentGuards,
});

export interface EnrolmentOptions {
  /** The id of the state after the enrolment. */
  readonly success: string;
  /** True if the service makes the credential for one account, so that no other account can have it. */
  readonly isGenerated?: boolean;
}

export function enrolmentStates({ success, isGenerated = false }: EnrolmentOptions) {
  const foreign = isGenerated ? [] : ([{ guard: 'isEnrolmentForeign', actions: refusals.foreignCredential }] as const);
  const told = { type: 'notifyOwner', params: { notice: 'factor-added' } } as const;
  const enrollingFactor = fragment.createStateConfig({
    id: 'enrollingFactor',
    description: 'The owner sets up the factor on a device, and answers with it once. So it is known to work before it counts.',
    meta: enrolmentScreen,
    on: {
      CANCEL: '#cancelled',
      ENROL_FACTOR: [
        { guard: 'isEnrolmentOutdated', target: '#denied', actions: refusals.accountChanged },
        { guard: 'isEnrolmentCorrect', target: 'storingFactor' },
        { guard: 'isEnrolmentCancelled' },
        { guard: 'isEnrolmentTimedOut' },
        ...foreign,
        { actions: refusals.wrongFactor },
      ],
    },
  });

  const storingFactor = fragment.createStateConfig({
    id: 'storingFactor',
    description: 'The factor is stored, once. The enrolment can no longer be cancelled.',
    meta: enrolmentScreen,
    invoke: {
      id: 'enrolFactor',
      src: 'enrolFactor',
      input: {},
      // Retried until it ends: an unavailable database delays the enrolment and does not fail it.
      onDone: isGenerated
        ? { target: `#${success}`, actions: told }
        : [
            { guard: 'isEnrolled', target: `#${success}`, actions: told },
            // Another account was quicker to enrol the credential.
            { target: '#denied' },
          ],
    },
  });

  return { enrollingFactor, storingFactor };
}
