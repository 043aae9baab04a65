/** The parts that the interfaces of passkeys share: the event with the answer of a device, and the view of its request. */
import { type TObject, Type } from '@sinclair/typebox';
import { noFields, noPayload } from './fields.ts';
import type { PasskeyContext, PasskeyFigures } from './passkey.ts';
import { closed } from './workflow.ts';

/** The answer of a device, or the reason for none: exactly one of the fields. */
export const PasskeyAnswer: TObject = Type.Object(
  {
    credential: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          writeOnly: true,
          'x-handed-over': true,
          title: 'Credential',
          description: 'The credential, as `PublicKeyCredential.toJSON()` gives it',
        },
      ),
    ),
    failure: Type.Optional(
      Type.Union([Type.Literal('cancelled'), Type.Literal('timed-out')], {
        'x-handed-over': true,
        description: 'The reason why the person or the device gave no answer',
      }),
    ),
  },
  { ...closed, minProperties: 1, maxProperties: 1, examples: [{ failure: 'cancelled' }] },
);

export const provedKeys = [
  { result: 'correct', hardware: true },
  { result: 'correct', hardware: false },
] as const;

export const cancelPasskey = {
  description: 'Cancels.',
  body: noFields,
  resolver: null,
  sender: 'holder',
  payloads: noPayload,
} as const;

export const PasskeyView = {
  request: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
    description: 'The options of `navigator.credentials.get`, as JSON; null at the end',
  }),
  triesLeft: Type.Integer({ description: 'The wrong answers that are left before the session is denied' }),
};

export function passkeyView(
  { proofsPerSession }: PasskeyFigures,
  { wrongProofs }: PasskeyContext,
  { passkeyRequest }: Readonly<Record<string, string | undefined>>,
): Record<keyof typeof PasskeyView, unknown> {
  return {
    request: passkeyRequest === undefined ? null : JSON.parse(passkeyRequest),
    triesLeft: Math.max(0, proofsPerSession - wrongProofs),
  };
}

/** The personal details that the session's last commit removes. */
export const passkeySecrets = ['passkeyRequest'] as const;

export const passkeyDeadlines = { passkeySession: 'expiresAt' } as const;
