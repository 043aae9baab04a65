/** Every path of every workflow, through a service that is restarted between any two steps. */
import { driveAll, forModes, restarted } from './modes.ts';

driveAll({ name: 'restarted between steps', size: forModes, paths: 'essential', start: restarted('PostgreSQL') });
