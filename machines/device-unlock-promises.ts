/** The promises of the unlock: nothing but a verified answer unlocks, and nothing stops the renewal that follows. */
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
  counts: {
    wrongProofs: { most: 'proofsPerSession' },
  },
  deadlines: [{ delay: 'passkeySession', lasts: 'passkeySessionMs', leadsTo: 'abandoned', shownAs: 'expiresAt' }],
  messages: [{ notice: 'passkey-copied', refusing: [{ event: 'PROVE_PASSKEY', with: { result: 'cloned' } }] }],
  success: { outcome: 'unlocked', lasts: 'resultLifetimeMs' },
} as const satisfies Promises;
