/** Every other step of every workflow’s graph, through a service on PostgreSQL; those into an end, from each state once. */
import { driveAll, oneService, stepsBesidesPairs } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({ name: 'on PostgreSQL, however often', size: forPostgres, paths: stepsBesidesPairs, start: oneService('PostgreSQL') });
