/** Every move in each state of each workflow, each step through another process than the one before. */
import { driveTogether, moves, pairs, twoProcesses } from './modes.ts';

/** A process may keep an outdated session. The engine keeps the sessions of all workflows alike, so the pairs of some are enough. */
const inPairs = ['email-verification', 'account-setup', 'support-access', 'passkey-login', 'device-unlock'];

driveTogether({
  name: 'through two processes',
  paths: (all, workflow) => (inPairs.includes(workflow) ? pairs : moves)(all),
  start: twoProcesses,
});
