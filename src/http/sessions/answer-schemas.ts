/** The answers about a session, besides its representation. */
import { Type } from '@sinclair/typebox';
import { Nullable, Time } from '../requests/schema-members.ts';

/** Members of a login's representation, each present while it is valid. */
export const loginTokens = {
  accessToken: Type.Optional(
    Type.String({
      description:
        'Opens the account at `/v1/me`, and authenticates the owner at other routes, for a short time. `access-token` renews it. Send it to this service only',
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

export const HistoryAnswer = Type.Object({
  history: Type.Array(
    Type.Object({
      at: Time('The time of the entry'),
      event: Type.String({
        description: 'The event, or the timer or end of a task; `start` for the first entry',
        examples: ['submit-code'],
      }),
      from: Nullable(Type.String({ description: 'The state before', examples: ['codeActive.cooldown'] })),
      to: Type.String({ description: 'The state after', examples: ['codeActive.cooldown'] }),
      refusal: Nullable(Type.String({ description: 'The code of the refusal; null without one', examples: ['wrong-code'] })),
    }),
    { description: 'The entries, oldest first' },
  ),
});
