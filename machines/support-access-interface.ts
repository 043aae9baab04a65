/** The interface of support access. */
import { Type } from '@sinclair/typebox';
import { AccountId, noFields, noPayload, plainText } from './fields.ts';
import type { PayloadFrom } from './machine-types.ts';
import { type Grant, type SupportFigures, supportAccessMachine } from './support-access.ts';
import { closed, defineWorkflow, type PublicEvent } from './workflow.ts';

/** The product page: access is temporary. A quarter of an hour is a telephone call; nobody needs more than a day at a time. */
const leastMinutes = 15;
const mostMinutes = 24 * 60;

/** The machine treats all lengths alike: the shortest and the longest stand for those between them. */
const grants: readonly PayloadFrom<Grant>[] = [{ minutes: leastMinutes }, { minutes: mostMinutes }];

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

export const supportAccess = defineWorkflow('support-access', (figures: SupportFigures) => ({
  collection: 'support-accesses',
  version: 1,
  description: 'Lets an agent see the personal details of an account for a while, because its owner says so.',
  machine: supportAccessMachine(figures),
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
}));
