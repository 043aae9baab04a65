/** Every step of every workflow’s graph, through a service on PostgreSQL; those into an end, from each state once. */
import { driveAll, forPostgres, oneService } from './modes.ts';

driveAll({ name: 'on PostgreSQL', size: forPostgres, paths: 'steps', start: oneService('PostgreSQL') });
