/** Every move in each state of each workflow. Each request that changes the session is sent twice, with one idempotency key. */
import { driveTogether, oneService } from './modes.ts';

driveTogether({ name: 'every request twice', start: oneService('PostgreSQL', { twice: true }) });
