/** Every move in each state of each workflow, through a service on the embedded database. */
import { driveTogether, moves, oneService } from './modes.ts';

driveTogether({ name: 'on PGlite', paths: moves, start: oneService('PGlite') });
