/** The interface of support access. */
import { Type } from '@sinclair/typebox';
import { defineWorkflow } from './define-workflow.ts';
import { AccountId, noFields, noPayload, plainText } from './fields.ts';
import type { PayloadFrom } from './machine-types.ts';
import { type Grant, type SupportFigures, supportAccessMachine } from './support-access.ts';
import { supportAccessPromises } from './support-access-promises.ts';
import { closed, type PublicEvent } from './workflow.ts';

/**
 * Access is temporary, as the product page says. A quarter of an hour is a telephone call, and no agent needs more than a day at a time.
 */
const leastMinutes = 15;
const mostMinutes = 24 * 60;

/** The machine treats all durations alike, so the shortest and the longest stand for all. */
const grants: readonly PayloadFrom<Grant>[] = [{ minutes: leastMinutes }, { minutes: mostMinutes }];

const grant: PublicEvent<PayloadFrom<Grant>> = {
  description: 'Grants this agent a view of the personal details of the account. The owner’s login needs a recently entered code.',
  body: Type.Object(
    {
      minutes: Type.Integer({
        minimum: leastMinutes,
        maximum: mostMinutes,
        title: 'Minutes',
        description: 'The duration of the access',
        examples: [60],
      }),
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
  description: 'Lets an agent see the personal details of an account for a limited time, with the owner’s consent.',
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
          description: 'The reason, in words for the owner',
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
    DENY: { description: 'Denies the access.', body: noFields, resolver: null, sender: 'owner', payloads: noPayload },
    REVOKE: { description: 'Ends the access at once.', body: noFields, resolver: null, sender: 'owner', payloads: noPayload },
    CANCEL: {
      description: 'Withdraws the request, or ends the access.',
      body: noFields,
      resolver: null,
      sender: 'agent',
      payloads: noPayload,
    },
  },
  view: {
    schema: Type.Object({
      accountId: AccountId,
      agent: Type.String({ description: 'The agent who requests access' }),
      reason: Type.String({ description: 'The reason, in the agent’s words' }),
      minutes: Type.Union([Type.Integer(), Type.Null()], { description: 'The granted duration; null before the grant' }),
    }),
    of: ({ context, masked }) => ({
      accountId: masked['accountId'] ?? null,
      agent: masked['agent'] ?? null,
      reason: masked['reason'] ?? null,
      minutes: context.minutes,
    }),
  },
  deadlines: { timeGranted: 'endsAt' },
  promises: supportAccessPromises,
}));
