/** Every path of every workflow, through a service on PostgreSQL. */
import { driveAll, forPostgres, oneService } from './modes.ts';

driveAll({ name: 'on PostgreSQL', size: forPostgres, paths: 'all', start: oneService('PostgreSQL') });
