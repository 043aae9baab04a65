/** The JSON shapes of the tokens that come with a login. */
import { Type } from '@sinclair/typebox';

/** Members of a login's representation, each present while it is valid. */
export const loginTokens = {
  accessToken: Type.Optional(
    Type.String({
      description:
        'Opens the account at `/v1/me` and where its owner is asked for, for a quarter of an hour; `access-token` gives another one. Show it to nobody but this service',
    }),
  ),
  deviceToken: Type.Optional(Type.String({ description: 'For the next login on this device, which the person trusts' })),
};

export const AccessAnswer = Type.Object({
  accessToken: Type.String({ description: 'Another access token of the login' }),
  expiresAt: Type.String({ format: 'date-time', description: 'Until when it is good', examples: ['2026-01-01T00:15:00.000Z'] }),
});
