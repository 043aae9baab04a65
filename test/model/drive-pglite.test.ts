/** Every path of every workflow, through a service on the embedded database. */
import { driveAll, forDatabases, oneService } from './modes.ts';

driveAll({ name: 'on PGlite', mostSteps: forDatabases, start: oneService('PGlite') });
