/** Every other step of every workflow’s graph, through a service on PostgreSQL. Steps into an end run once from each state. */
import { driveAll, oneService, stepsBesidesPairs } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({
  name: 'on PostgreSQL, however often',
  size: forPostgres,
  paths: stepsBesidesPairs,
  without: ['passkey-registration'],
  start: oneService('PostgreSQL'),
});
