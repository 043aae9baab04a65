/** Every move in each state of each workflow, each step through another process than the one before. */
import { driveTogether, twoProcesses } from './modes.ts';

driveTogether({
  name: 'through two processes',
  // A process may keep an outdated session. The engine keeps the sessions of all workflows alike, so the pairs of some are enough.
  inPairs: ['email-verification', 'account-setup', 'support-access', 'passkey-login', 'device-unlock'],
  start: twoProcesses,
});
