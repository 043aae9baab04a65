/** Every path of every workflow, through a service on PostgreSQL. */
import { driveAll, oneService } from './modes.ts';

driveAll({ name: 'on PostgreSQL', start: oneService('PostgreSQL') });
