/** Figures of every service: how long sessions and results last. */
import { Duration, defineFigures, LargeLimit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const serviceFigures = defineFigures({
  sessionLifetimeMs: {
    schema: Duration('The time for which a session may stay unfinished.'),
    default: 24 * HOUR,
    reason: "A day: long enough to come back after a night's sleep, short enough to leave no open session behind.",
  },
  resultLifetimeMs: {
    schema: Duration('The time for which the signed result of a success is valid and shown.'),
    default: 15 * MINUTE,
    reason: 'A caller exchanges the result at once: long enough for a slow page, too short for a thief who finds the result in a log.',
  },
  startsPerClient: {
    schema: LargeLimit('Sessions of any workflow that one client address may start within `startsWindowMs`, at one process.'),
    default: 600,
    reason:
      'One start a second: twenty times the number of codes that a client may ask for. So only starts that send nothing reach this limit. Each start leaves a row of about 2 kB, which is deleted after `RETENTION`.',
  },
  startsPerNetwork: {
    schema: LargeLimit('Sessions of any workflow that the clients of one network may start within `startsWindowMs`, at one process.'),
    default: 6000,
    reason: 'Ten such clients, as with codes: networks are rented whole.',
  },
  startsWindowMs: {
    schema: Duration('The period over which starts are counted. It begins with the first one.'),
    default: 10 * MINUTE,
    reason: 'As long as that of codes.',
  },
});
