/** Figures of linking an account elsewhere. */
import { Duration, defineFigures, Limit } from './figures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const linkingFigures = defineFigures({
  linkLifetimeMs: {
    schema: Duration(
      'The time that a person may stay at a provider to link an account, and then the time that they may take to confirm the link.',
    ),
    default: 10 * MINUTE,
    reason: 'Time to find a password. A grant left in a browser is worth nothing afterwards.',
  },
  confirmationsPerGrant: {
    schema: Limit('Wrong values for one grant of a provider before the grant is dropped.'),
    default: 5,
    reason: 'A page hands the value over, so no person mistypes it. With five, a page may confuse two tabs. Guessing 256 bits is hopeless.',
  },
});
