/** Figures of passkeys. */
import { Duration, defineFigures, Limit } from './figures.ts';

const MINUTE = 60_000;

export const passkeyFigures = defineFigures({
  passkeysPerAccount: {
    schema: Limit('Passkeys that one account may have.'),
    default: 20,
    reason:
      'A person has a few devices, each with a security key beside it. Each request to a device lists all of them, and some security keys refuse longer lists.',
  },
  passkeyAnswerMs: {
    schema: Duration('The time for which a browser waits for the answer of a device.'),
    default: 5 * MINUTE,
    reason: 'WebAuthn Level 3, 15.1: five minutes where the user is verified. A person may have to fetch the device.',
  },
  passkeySessionMs: {
    schema: Duration('The time for which a login by passkey, or the unlock of a device, stays open.'),
    default: 10 * MINUTE,
    reason:
      'Twice the wait of a browser: a person can miss one request and answer the next. A request that is left open proves nothing later.',
  },
});
