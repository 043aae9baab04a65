/** Every path of every workflow, through a service on the embedded database. */
import { driveAll, oneService } from './modes.ts';

driveAll({ name: 'on PGlite', start: oneService('PGlite') });
