/** The promises of the login by passkey: nothing but a verified answer logs in, and answers are few. */
import type { Promises } from './promises.ts';

export const passkeyLoginPromises = {
  endsByItself: true,
  entries: [
    {
      states: ['authenticated'],
      by: [{ event: 'PROVE_PASSKEY', with: { result: 'correct' }, before: 'passkeySession', sender: 'holder' }],
    },
  ],
  counts: {
    wrongProofs: { most: 'proofsPerSession' },
  },
  deadlines: [{ delay: 'passkeySession', lasts: 'passkeySessionMs', leadsTo: 'abandoned', shownAs: 'expiresAt' }],
  messages: [{ notice: 'passkey-copied', refusing: [{ event: 'PROVE_PASSKEY', with: { result: 'cloned' } }] }],
  success: { outcome: 'authenticated', lasts: 'resultLifetimeMs' },
} as const satisfies Promises;
