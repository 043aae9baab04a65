/** Figures of authenticator apps. */
import { Type } from '@sinclair/typebox';
import { defineFigures } from './figures.ts';

const SECOND = 1000;

export const authenticatorAppFigures = defineFigures({
  appCodeDigits: {
    schema: Type.Integer({
      minimum: 6,
      maximum: 8,
      description: 'The digits of a code of an authenticator app, for apps that are added from now on.',
    }),
    default: 6,
    reason:
      'RFC 4226, 5.3: six at least. Several apps ignore a request for more and show six all the same. Wrong codes are counted, so more digits would add little.',
  },
  appCodePeriodMs: {
    schema: Type.Integer({
      minimum: 30 * SECOND,
      maximum: 120 * SECOND,
      multipleOf: SECOND,
      description: 'The time step after which an authenticator app shows another code, for apps that are added from now on; whole seconds.',
    }),
    default: 30 * SECOND,
    reason:
      'RFC 6238, 5.2, recommends 30 seconds, and several apps know no other. ASVS 5.0, 6.5.5, allows 30 seconds, NIST SP 800-63B-4 at most two minutes.',
  },
  appCodeDriftSteps: {
    schema: Type.Integer({
      minimum: 0,
      maximum: 2,
      description: 'The time steps before and after the current one of which a code is accepted as well.',
    }),
    default: 1,
    reason:
      'RFC 6238, 5.2: one step for the time that a person takes to type. One in the other direction for the clock of the device. A guess then meets three codes of a million.',
    strict: {
      value: 0,
      reason: 'ASVS 5.0, 6.5.5: a code lives for 30 seconds at most. A person whose code has just expired types the next one.',
    },
  },
});
