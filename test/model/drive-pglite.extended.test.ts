/** Every move in each state of each workflow, through a service on the embedded database. */
import { driveTogether, oneService } from './modes.ts';

driveTogether({ name: 'on PGlite', start: oneService('PGlite') });
