/** Every move in each state of each workflow, through a service on the embedded database. */
import { driveAll, moves, oneService } from './modes.ts';
import { forModes } from './size.ts';

driveAll({ name: 'on PGlite', size: forModes, paths: moves, start: oneService('PGlite') });
