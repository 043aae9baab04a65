/** Every path of all other workflows, through a service that is restarted between any two steps: hundreds of times, each of which costs memory. */
import { driveAll, forModes, restarted } from './modes.ts';

driveAll({
  name: 'restarted between steps',
  size: forModes,
  paths: 'essential',
  only: (workflow) => !workflow.endsWith('-verification'),
  start: restarted('PostgreSQL'),
});
