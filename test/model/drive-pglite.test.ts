/** Every path of every workflow, through a service on the embedded database. */
import { driveAll, forPglite, oneService } from './modes.ts';

driveAll({ name: 'on PGlite', mostSteps: forPglite, start: oneService('PGlite') });
