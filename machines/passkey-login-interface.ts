/** The interface of the login by passkey alone. */
import { Type } from '@sinclair/typebox';
import { defineWorkflow } from './define-workflow.ts';
import { Device, Locale } from './fields.ts';
import type { PasskeyContext, PasskeyFigures } from './passkey.ts';
import {
  cancelPasskey,
  PasskeyAnswer,
  PasskeyView,
  passkeyDeadlines,
  passkeySecrets,
  passkeyView,
  provedKeys,
} from './passkey-interface.ts';
import { passkeyLoginMachine } from './passkey-login.ts';
import { passkeyLoginPromises } from './passkey-login-promises.ts';
import { closed, type Recognition } from './workflow.ts';

export const passkeyLogin = defineWorkflow('passkey-login', (figures: PasskeyFigures) => ({
  collection: 'passkey-logins',
  version: 1,
  description: 'Verifies the presence of an account’s owner, by a passkey alone.',
  machine: passkeyLoginMachine(figures),
  start: {
    body: Type.Object({ device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
    resolver: 'passkeyLogin',
    events: [null],
  },
  events: {
    PROVE_PASSKEY: {
      description: 'Answers `request` with a passkey of any account. A wrong answer counts for the session and for the client.',
      body: PasskeyAnswer,
      resolver: 'passkeyLogin',
      sender: 'holder',
      payloads: [
        ...provedKeys,
        { result: 'wrong' },
        { result: 'unknown' },
        { result: 'cloned' },
        { result: 'cancelled' },
        { result: 'timed-out' },
      ],
    },
    CANCEL: { ...cancelPasskey, description: 'Cancels the login.' },
  },
  secrets: passkeySecrets,
  view: {
    schema: Type.Object({
      email: Type.Union([Type.String(), Type.Null()], { description: 'The address of the account, masked; null before a correct answer' }),
      ...PasskeyView,
    }),
    of: ({ context, masked }) => ({ email: masked['email'] ?? null, ...passkeyView(figures, context, masked) }),
  },
  deadlines: passkeyDeadlines,
  success: { outcome: 'authenticated', claims: [], login: recognitionOf },
  promises: passkeyLoginPromises,
}));

/** The device is one factor, and the person that it verified another (RFC 8176). A key that can be copied is not bound to hardware. */
function recognitionOf({ hardware }: Readonly<PasskeyContext>): Recognition {
  return { methods: [hardware === true ? 'hwk' : 'swk', 'user', 'mfa'], codeBy: null };
}
