/** The promises of the unlock: nothing but a verified answer unlocks, and nothing stops the renewal that follows. */
import { copyMessages, countsOfAnswers, passkeyTable } from './passkey-promises.ts';
import type { Promises } from './promises.ts';

export const deviceUnlockPromises = {
  endsByItself: true,
  entries: [
    {
      states: ['renewing'],
      tasks: ['renewSecondFactor'],
      by: [{ event: 'PROVE_PASSKEY', with: { result: 'correct' }, before: 'passkeySession', sender: 'holder' }],
    },
    { states: ['unlocked'], by: [{ task: 'renewSecondFactor', outcome: 'renewed' }] },
  ],
  uninterrupted: ['renewSecondFactor'],
  counts: countsOfAnswers,
  deadlines: [{ delay: 'passkeySession', lasts: 'passkeySessionMs', leadsTo: 'abandoned', shownAs: 'expiresAt' }],
  messages: copyMessages,
  success: { outcome: 'unlocked', lasts: 'resultLifetimeMs' },
  table: passkeyTable({ asking: 'locked', outcome: 'unlocked', isOfAccount: true }),
} as const satisfies Promises;
