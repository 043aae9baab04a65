/** Every step of every workflow after any number of counted events, through a service on PostgreSQL, without those that `npm test` drives. */
import { countsBesidesPairs, driveAll, oneService } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({
  name: 'on PostgreSQL, however often',
  size: forPostgres,
  paths: countsBesidesPairs,
  // Nothing is counted in these.
  without: ['passkey-login', 'device-unlock'],
  start: oneService('PostgreSQL'),
});
