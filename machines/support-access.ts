/** Lets one agent see an account's personal details, for as long as its owner grants it, and no longer. */
import { assign, setup } from 'xstate';
import type { FiguresOf } from './figures.ts';
import type { serviceFigures } from './service-figures.ts';
import type { StateMeta } from './workflow.ts';

export type SupportFigures = FiguresOf<typeof serviceFigures>;

const minuteMs = 60_000;

export type SupportContext = {
  /** How long the owner grants access for; null before. */
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
        description: 'An agent has asked, and said why. The owner is told, and decides.',
        meta: { screen: 'support-request' },
        entry: notify('support-requested'),
        after: { sessionLifetime: 'abandoned' },
        on: { GRANT: { target: 'granted', actions: 'noteGrant' }, DENY: 'denied', CANCEL: 'cancelled' },
      },
      granted: {
        id: 'granted',
        description: 'This agent, and no other, sees the personal details of the account. Each look is written down for its owner.',
        meta: { screen: 'support-granted' },
        entry: notify('support-granted'),
        after: { timeGranted: 'ended' },
        on: { REVOKE: 'ended', CANCEL: 'ended' },
      },
      ended: {
        id: 'ended',
        type: 'final',
        description: 'The time is up, or one of the two has ended it. Nothing but masks is seen any more.',
        meta: { screen: 'support-ended' },
        entry: notify('support-ended'),
      },
      denied: { id: 'denied', type: 'final', description: 'The owner does not want it.', meta: { screen: 'support-denied' } },
      cancelled: { id: 'cancelled', type: 'final', description: 'The agent needs it no more.', meta: { screen: 'cancelled' } },
      abandoned: { id: 'abandoned', type: 'final', description: 'The owner never answered.', meta: { screen: 'abandoned' } },
    },
  });
}
