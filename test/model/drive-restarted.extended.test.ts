/** Every move in each state of each workflow, through a service that is restarted between any two steps. */
import { driveAll, moves, restarted } from './modes.ts';
import { forModes } from './size.ts';

driveAll({ name: 'restarted between steps', size: forModes, paths: moves, start: restarted('PostgreSQL') });
