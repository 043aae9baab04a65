/**
 * The paths of every workflow: they cover the whole graph, and each pair of transitions, each timeout and each resend goes through a
 * service.
 */
import { coverAll } from './coverage-suite.ts';
import { driveAll, oneService, pairs } from './modes.ts';
import { forPostgres } from './size.ts';

coverAll(forPostgres);
driveAll({
  name: 'on PostgreSQL',
  size: forPostgres,
  paths: pairs,
  // The extended run drives this one: most of it is the code entry of an account change again.
  drives: (workflow) => workflow !== 'passkey-registration',
  start: oneService('PostgreSQL'),
});
