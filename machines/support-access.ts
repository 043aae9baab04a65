/** Lets one agent see an account's personal details, for as long as its owner grants it, and no longer. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { AccountId, noFields, noPayload, plainText } from './fields.ts';
import type { FiguresOf } from './figures.ts';
import type { PayloadFrom } from './machine-types.ts';
import type { serviceFigures } from './service-figures.ts';
import { closed, defineWorkflow, type PublicEvent, type StateMeta } from './workflow.ts';

/** The product page: access is temporary. A quarter of an hour is a telephone call; nobody needs more than a day at a time. */
const leastMinutes = 15;
const mostMinutes = 24 * 60;

const minuteMs = 60_000;

type SupportContext = {
  /** How long the owner grants access for; null before. */
  readonly minutes: number | null;
};

type Grant = { type: 'GRANT'; minutes: number };

type SupportEvent = Grant | { type: 'DENY' } | { type: 'REVOKE' } | { type: 'CANCEL' };

/** The machine treats all lengths alike: the shortest and the longest stand for those between them. */
const grants: readonly PayloadFrom<Grant>[] = [{ minutes: leastMinutes }, { minutes: mostMinutes }];

type SupportNotice = 'support-requested' | 'support-granted' | 'support-ended';

const notify = <N extends SupportNotice>(notice: N) => ({ type: 'notifyOwner', params: { notice } }) as const;

const grant: PublicEvent<PayloadFrom<Grant>> = {
  description: 'The owner lets this agent see the personal details of the account, by a login whose code was entered lately.',
  body: Type.Object(
    {
      minutes: Type.Integer({ minimum: leastMinutes, maximum: mostMinutes, title: 'Minutes', description: 'For how long', examples: [60] }),
    },
    closed,
  ),
  resolver: 'grant',
  sender: 'owner',
  secondFactor: true,
  payloads: grants,
};

export const supportAccess = defineWorkflow('support-access', (policy: FiguresOf<typeof serviceFigures>) => {
  const machine = setup({
    types: {} as { context: SupportContext; events: SupportEvent; meta: StateMeta },
    actions: {
      notifyOwner: (_, _what: { notice: SupportNotice }) => {},
      noteGrant: assign({ minutes: ({ context, event }) => (event.type === 'GRANT' ? event.minutes : context.minutes) }),
    },
    delays: {
      timeGranted: ({ context }) => (context.minutes ?? 0) * minuteMs,
      sessionLifetime: policy.sessionLifetimeMs,
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

  return {
    collection: 'support-accesses',
    version: 1,
    description: 'Lets an agent see the personal details of an account for a while, because its owner says so.',
    machine,
    start: {
      by: 'agent',
      body: Type.Object(
        {
          accountId: AccountId,
          reason: Type.String({
            minLength: 1,
            maxLength: 500,
            pattern: plainText,
            title: 'Reason',
            description: 'Why, in words for its owner',
            examples: ['You asked us to look into missing messages'],
          }),
        },
        closed,
      ),
      resolver: 'support',
      events: [null],
    },
    events: {
      GRANT: grant,
      DENY: { description: 'The owner says no.', body: noFields, resolver: null, sender: 'owner', payloads: noPayload },
      REVOKE: { description: 'The owner ends it at once.', body: noFields, resolver: null, sender: 'owner', payloads: noPayload },
      CANCEL: { description: 'The agent needs it no more.', body: noFields, resolver: null, sender: 'agent', payloads: noPayload },
    },
    view: {
      schema: Type.Object({
        accountId: AccountId,
        agent: Type.String({ description: 'Who asks' }),
        reason: Type.String({ description: 'Why, in the agent’s words' }),
        minutes: Type.Union([Type.Integer(), Type.Null()], { description: 'How long access was granted for; null before' }),
      }),
      of: ({ context, masked }) => ({
        accountId: masked['accountId'] ?? null,
        agent: masked['agent'] ?? null,
        reason: masked['reason'] ?? null,
        minutes: context.minutes,
      }),
    },
    deadlines: { timeGranted: 'endsAt' },
  };
});
