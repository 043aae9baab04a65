/** Whatever can follow one another in each workflow, every timeout and every resend among it, through a service on PostgreSQL. */
import { driveAll, oneService, pairs } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({ name: 'on PostgreSQL', size: forPostgres, paths: pairs, start: oneService('PostgreSQL') });
