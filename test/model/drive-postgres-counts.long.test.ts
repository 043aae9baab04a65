/** Every step of every workflow after any number of counted events, through a service on PostgreSQL, without those that `npm test` drives. */
import { countsBesidesPairs, driveAll, oneService, pairs } from './modes.ts';
import { forPostgres } from './size.ts';

/** Nothing is counted in these. */
const uncounted = ['passkey-login', 'device-unlock'];

driveAll({
  name: 'on PostgreSQL, however often',
  size: forPostgres,
  paths: countsBesidesPairs,
  drives: (workflow) => !uncounted.includes(workflow),
  start: oneService('PostgreSQL'),
});

// Most of its paths are those of an account change, so `npm test` leaves them to this run.
driveAll({
  name: 'on PostgreSQL',
  size: forPostgres,
  paths: pairs,
  drives: (workflow) => workflow === 'passkey-registration',
  start: oneService('PostgreSQL'),
});
