/** Every move in each state of each workflow, through a service that is restarted between any two steps. */
import { driveTogether, restarted } from './modes.ts';

driveTogether({ name: 'restarted between steps', start: restarted('PostgreSQL') });
