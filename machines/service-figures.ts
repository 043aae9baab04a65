/** Figures of every service: how long sessions and results last. */
import { Duration, defineFigures } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const serviceFigures = defineFigures({
  sessionLifetimeMs: {
    schema: Duration('How long a session may stay unfinished.'),
    default: 24 * HOUR,
    reason: "A day: long enough to come back after a night's sleep, short enough to leave nothing lying about.",
  },
  resultLifetimeMs: {
    schema: Duration('How long the signed result of a success is valid and shown.'),
    default: 15 * MINUTE,
    reason: 'A caller exchanges the result at once; 15 minutes forgive a slow page, not a stolen log.',
  },
});
