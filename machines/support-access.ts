/** Lets one agent see an account's personal details, for as long as its owner grants it, and no longer. */
import { assign, setup } from 'xstate';
import type { FiguresOf } from './figures.ts';
import { abandonedScreen, cancelledScreen } from './screens.ts';
import type { serviceFigures } from './service-figures.ts';
import type { StateMeta } from './workflow.ts';

export type SupportFigures = FiguresOf<typeof serviceFigures>;

const minuteMs = 60_000;

export type SupportContext = {
  /** The granted duration in minutes; null before the grant. */
  readonly minutes: number | null;
};

export type Grant = { type: 'GRANT'; minutes: number };

type SupportEvent = Grant | { type: 'DENY' } | { type: 'REVOKE' } | { type: 'CANCEL' };

type SupportNotice = 'support-requested' | 'support-granted' | 'support-ended';

const notify = <N extends SupportNotice>(notice: N) => ({ type: 'notifyOwner', params: { notice } }) as const;

export function supportAccessMachine(figures: SupportFigures) {
  return setup({
    types: {} as { context: SupportContext; events: SupportEvent; meta: StateMeta },
    actions: {
      notifyOwner: (_, _what: { notice: SupportNotice }) => {},
      noteGrant: assign({ minutes: ({ context, event }) => (event.type === 'GRANT' ? event.minutes : context.minutes) }),
    },
    delays: {
      timeGranted: ({ context }) => (context.minutes ?? 0) * minuteMs,
      sessionLifetime: figures.sessionLifetimeMs,
    },
  }).createMachine({
    id: 'support-access',
    context: { minutes: null },
    initial: 'requested',
    states: {
      requested: {
        id: 'requested',
        description: 'An agent has requested access, with a reason. The owner gets a notice, and decides.',
        meta: { screen: 'support-request', title: 'Support asks to see your details' },
        entry: notify('support-requested'),
        after: { sessionLifetime: 'abandoned' },
        on: { GRANT: { target: 'granted', actions: 'noteGrant' }, DENY: 'denied', CANCEL: 'cancelled' },
      },
      granted: {
        id: 'granted',
        description: 'Only this agent sees the personal details of the account. Each look is recorded for the owner.',
        meta: { screen: 'support-granted', title: 'Support can see your details' },
        entry: notify('support-granted'),
        after: { timeGranted: 'ended' },
        on: { REVOKE: 'ended', CANCEL: 'ended' },
      },
      ended: {
        id: 'ended',
        type: 'final',
        description: 'The time is up, or the owner or the agent has ended the access. Personal details are masked again.',
        meta: { screen: 'support-ended', title: 'Support can no longer see your details' },
        entry: notify('support-ended'),
      },
      denied: {
        id: 'denied',
        type: 'final',
        description: 'The owner has denied the access.',
        meta: { screen: 'support-denied', title: 'Access denied', help: 'Support cannot see your details.' },
      },
      cancelled: { id: 'cancelled', type: 'final', description: 'The agent has withdrawn the request.', meta: cancelledScreen },
      abandoned: { id: 'abandoned', type: 'final', description: 'The owner did not answer in time.', meta: abandonedScreen },
    },
  });
}
