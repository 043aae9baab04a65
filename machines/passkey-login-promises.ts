/** The promises of the login by passkey: nothing but a verified answer logs in, and answers are few. */
import { copyMessages, countsOfAnswers, passkeyTable } from './passkey-promises.ts';
import type { Promises } from './promises.ts';

export const passkeyLoginPromises = {
  endsByItself: true,
  entries: [
    {
      states: ['authenticated'],
      by: [{ event: 'PROVE_PASSKEY', with: { result: 'correct' }, before: 'passkeySession', sender: 'holder' }],
    },
  ],
  counts: countsOfAnswers,
  deadlines: [{ delay: 'passkeySession', lasts: 'passkeySessionMs', leadsTo: 'abandoned', shownAs: 'expiresAt' }],
  messages: copyMessages,
  success: { outcome: 'authenticated', lasts: 'resultLifetimeMs' },
  table: passkeyTable({
    asking: 'asking',
    outcome: 'authenticated',
    proved: [{ begins: ['rememberNetwork'] }],
    isOfAccount: false,
  }),
} as const satisfies Promises;
