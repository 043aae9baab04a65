/** Every path of a verification, through a service that is restarted between any two steps: hundreds of times, each of which costs memory. */
import { driveAll, forModes, restarted } from './modes.ts';

driveAll({
  name: 'restarted between steps',
  size: forModes,
  paths: 'essential',
  only: (workflow) => /^(email|phone)-verification$/.test(workflow),
  start: restarted('PostgreSQL'),
});
