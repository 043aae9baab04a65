/** Whatever can happen in each state of each workflow, through a service on the embedded database. */
import { driveAll, forModes, oneService } from './modes.ts';

driveAll({ name: 'on PGlite', size: forModes, paths: 'moves', start: oneService('PGlite') });
