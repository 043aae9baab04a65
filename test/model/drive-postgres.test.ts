/** Every pair of transitions of each workflow, with each timeout and each resend, through a service on PostgreSQL. */
import { driveAll, oneService, pairs } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({ name: 'on PostgreSQL', size: forPostgres, paths: pairs, start: oneService('PostgreSQL') });
