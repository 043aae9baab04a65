/** Every path of every workflow, through a service on PostgreSQL. */
import { driveAll, forDatabases, oneService } from './modes.ts';

driveAll({ name: 'on PostgreSQL', mostSteps: forDatabases, start: oneService('PostgreSQL') });
