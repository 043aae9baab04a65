/** The routes that show an owner the support accesses to the account. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { type LoginDeps, type LoginVariables, loginGate } from '../authentication/logins.ts';
import { type DocumentContext, type JsonObject, json, operation, problems, reference } from '../openapi/operation.ts';
import { type Representation, timeOf } from '../sessions/representation.ts';
import { accountTag } from './me-paths.ts';

export interface SupportAccessRouteDeps extends Pick<LoginDeps, 'loggedIn'> {
  /** The support accesses to an account, the newest first, each with the times at which the agent looked at the account. */
  readonly supportAccesses: (
    accountId: string,
  ) => Promise<readonly { readonly session: Representation; readonly looks: readonly number[] }[]>;
}

const SupportAccessesAnswer = Type.Object({
  supportAccesses: Type.Array(
    Type.Unsafe<Representation & { readonly looks: readonly string[] }>({
      allOf: [
        reference('schemas', 'SupportAccess'),
        {
          type: 'object',
          required: ['looks'],
          properties: {
            looks: {
              type: 'array',
              items: { type: 'string', format: 'date-time' },
              description: 'The times at which the agent looked at the personal details, latest first',
            },
          },
        },
      ],
    }),
    { description: 'The support accesses, newest first' },
  ),
});

export function supportAccessRoutes(deps: SupportAccessRouteDeps): Hono {
  const app = new Hono<{ Variables: LoginVariables }>();
  app.use('/v1/me/support-accesses', loginGate(deps));
  app.get('/v1/me/support-accesses', async (c) => {
    const accesses = await deps.supportAccesses(c.get('login').accountId);
    return c.json<Static<typeof SupportAccessesAnswer>>({
      supportAccesses: accesses.map(({ session, looks }) => ({ ...session, looks: looks.map(timeOf) })),
    });
  });
  // The variable `login` is set for these routes alone: no other route sees its type.
  return new Hono().route('/', app);
}

export function supportAccessPaths(context: DocumentContext): JsonObject {
  const support = {
    operationId: 'mySupportAccesses',
    tag: accountTag.name,
    security: ['accessToken'],
    summary: 'List support accesses',
    description: 'The agents’ requests to see the account, the owner’s decisions, and the times of the looks.',
    success: json(200, 'The accesses', SupportAccessesAnswer),
    problems: problems('unauthenticated', 'internal-error', 'unavailable'),
  };
  return { '/v1/me/support-accesses': { get: operation(support, context) } };
}
