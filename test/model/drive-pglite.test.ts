/** Every path of every workflow, through a service on the embedded database. */
import { driveAll, forModes, oneService } from './modes.ts';

driveAll({ name: 'on PGlite', size: forModes, paths: 'essential', start: oneService('PGlite') });
