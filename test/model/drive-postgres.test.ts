/**
 * The paths of every workflow: they cover the whole graph, and each pair of transitions, each timeout and each resend goes through a
 * service. `drive-postgres-codes.test.ts` drives the workflows that are not driven here.
 */
import { coverAll } from './coverage-suite.ts';
import { driveAll, oneService, pairs, sendCodesFirst } from './modes.ts';
import { forPostgres } from './size.ts';

coverAll(forPostgres);
driveAll({
  name: 'on PostgreSQL',
  size: forPostgres,
  paths: pairs,
  // The long run drives the registration: most of it is the code entry of an account change again.
  drives: (workflow) => workflow !== 'passkey-registration' && !sendCodesFirst.includes(workflow),
  start: oneService('PostgreSQL'),
});
