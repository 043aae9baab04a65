/** Every move in each state of each workflow. Each request that changes the session is sent twice, with one idempotency key. */
import { driveAll, moves, oneService } from './modes.ts';
import { forModes } from './size.ts';

driveAll({ name: 'every request twice', size: forModes, paths: moves, start: oneService('PostgreSQL', { twice: true }) });
