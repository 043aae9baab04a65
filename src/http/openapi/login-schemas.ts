/** The JSON shapes of the tokens that come with a login. */
import { Type } from '@sinclair/typebox';

/** Members of a login's representation, each present while it is valid. */
export const loginTokens = {
  accessToken: Type.Optional(
    Type.String({
      description:
        'Opens the account at `/v1/me`, and authenticates the owner at other routes, for a quarter of an hour. `access-token` renews it. Send it to this service only',
    }),
  ),
  deviceToken: Type.Optional(Type.String({ description: 'For the next login on this trusted device' })),
};

export const AccessAnswer = Type.Object({
  accessToken: Type.String({ description: 'The renewed access token of the login' }),
  expiresAt: Type.String({
    format: 'date-time',
    description: 'The time at which the access token expires',
  }),
});
