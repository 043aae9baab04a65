/** Members that the representations of all workflows have in one form. */
import { Type } from '@sinclair/typebox';

export const SessionStatus = Type.String({ enum: ['active', 'done'], description: '`active` until the session has ended' });

export const Reference = Type.String({
  pattern: '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$',
  description: 'A short code that a person can read out to support',
});

/** The member that the answer to a start has besides the session. */
export const SessionToken = Type.Object({
  sessionToken: Type.String({
    description: 'The bearer token for every later call. Only the answer to the start contains it.',
    examples: ['kV3yWq0cX6m…'],
  }),
});
