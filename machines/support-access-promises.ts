/** The promises of support access: who may see an account, for how long, and who is told. */
import type { Promises } from './promises.ts';

const minuteMs = 60_000;

export const supportAccessPromises = {
  endsByItself: true,
  entries: [{ states: ['granted'], by: [{ event: 'GRANT', sender: 'owner', secondFactor: true }] }],
  deadlines: [
    {
      delay: 'timeGranted',
      lasts: 24 * 60 * minuteMs,
      begunBy: [
        { event: 'GRANT', with: { minutes: 15 }, lasts: 15 * minuteMs },
        { event: 'GRANT', with: { minutes: 1440 }, lasts: 1440 * minuteMs },
      ],
      leadsTo: 'ended',
      shownAs: 'endsAt',
    },
    { delay: 'sessionLifetime', lasts: 'sessionLifetimeMs', leadsTo: 'abandoned' },
  ],
  table: {
    facts: { grantedUntil: null },
    moments: { requestEndsAt: { after: 'start', lasts: 'sessionLifetimeMs' } },
    steps: { end: [{ tells: ['support-ended'], ends: 'ended' }] },
    // An access ends by itself to the second; an unanswered request, after a day.
    passing: [
      { at: 'grantedUntil', effects: [{ do: 'end' }] },
      { at: 'requestEndsAt', when: { grantedUntil: null }, effects: [{ ends: 'abandoned' }] },
    ],
    rules: [
      { on: 'start', effects: [{ tells: ['support-requested'] }] },
      {
        on: 'GRANT',
        when: { grantedUntil: null },
        effects: [{ set: { grantedUntil: { field: 'minutes', times: minuteMs, plus: 'now' } }, tells: ['support-granted'] }],
      },
      { on: 'DENY', when: { grantedUntil: null }, effects: [{ ends: 'denied' }] },
      { on: ['CANCEL', 'REVOKE'], when: { grantedUntil: { not: null } }, effects: [{ do: 'end' }] },
      { on: 'CANCEL', effects: [{ ends: 'cancelled' }] },
    ],
    shows: {
      state: [
        { when: { ended: { not: null } }, is: { of: 'ended' } },
        { when: { grantedUntil: null }, is: 'requested' },
        { is: 'granted' },
      ],
      endsAt: [{ when: { ended: null }, is: { of: 'grantedUntil' } }, { is: null }],
    },
    accepts: [
      { event: 'GRANT', when: { viewer: 'owner', grantedUntil: null } },
      { event: 'DENY', when: { viewer: 'owner', grantedUntil: null } },
      { event: 'REVOKE', when: { viewer: 'owner', grantedUntil: { not: null } } },
      { event: 'CANCEL', when: { viewer: { not: 'owner' } } },
    ],
  },
} as const satisfies Promises;
