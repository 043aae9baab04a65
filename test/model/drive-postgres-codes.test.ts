/** Each pair of transitions of the workflows that begin with a code, through a service. A file of its own, because two share the cores. */
import { driveAll, oneService, pairs, sendCodesFirst } from './modes.ts';
import { forPostgres } from './size.ts';

driveAll({
  name: 'on PostgreSQL',
  size: forPostgres,
  paths: pairs,
  drives: (workflow) => sendCodesFirst.includes(workflow),
  start: oneService('PostgreSQL'),
});
