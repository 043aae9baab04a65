/** The interface of the unlock of a device. */
import { Type } from '@sinclair/typebox';
import { defineWorkflow } from './define-workflow.ts';
import { deviceUnlockMachine } from './device-unlock.ts';
import { deviceUnlockPromises } from './device-unlock-promises.ts';
import { Device, Locale } from './fields.ts';
import type { PasskeyFigures } from './passkey.ts';
import {
  cancelPasskey,
  PasskeyAnswer,
  PasskeyView,
  passkeyDeadlines,
  passkeySecrets,
  passkeyView,
  provedKeys,
} from './passkey-interface.ts';
import { closed } from './workflow.ts';

export const deviceUnlock = defineWorkflow('device-unlock', (figures: PasskeyFigures) => ({
  collection: 'device-unlocks',
  version: 1,
  description: 'Proves to an application that is logged in that the owner of the account is there, by a passkey of the account.',
  machine: deviceUnlockMachine(figures),
  start: {
    by: 'owner',
    body: Type.Object({ device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
    resolver: 'deviceUnlock',
    events: [null],
  },
  events: {
    PROVE_PASSKEY: {
      description: 'Answers `request` with a passkey of the account. A wrong answer counts for the session and for the client.',
      body: PasskeyAnswer,
      resolver: 'deviceUnlock',
      sender: 'holder',
      payloads: [
        ...provedKeys,
        { result: 'wrong' },
        { result: 'unknown' },
        { result: 'foreign' },
        { result: 'cloned' },
        { result: 'outdated' },
        { result: 'cancelled' },
        { result: 'timed-out' },
      ],
    },
    CANCEL: { ...cancelPasskey, description: 'Cancels the unlock. The login stays.' },
  },
  outcomes: { renewSecondFactor: ['renewed'] },
  secrets: passkeySecrets,
  view: {
    schema: Type.Object(PasskeyView),
    of: ({ context, masked }) => passkeyView(figures, context, masked),
  },
  deadlines: passkeyDeadlines,
  success: { outcome: 'unlocked', claims: ['unlock'] },
  promises: deviceUnlockPromises,
}));
