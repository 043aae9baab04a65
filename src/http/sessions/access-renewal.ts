/** Renews the access token of a valid login. The holder of the session requests it before the last token expires. */
import type { Static } from '@sinclair/typebox';
import type { Context } from 'hono';
import { noFields } from '../../../machines/fields.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Idempotency } from '../../engine/sessions/idempotency.ts';
import type { AccessToken, CompletedLogin, SigningLogin } from '../authentication/logins.ts';
import { Problem } from '../problems/problem.ts';
import { eventKey, idempotencyKey } from '../requests/idempotency-key.ts';
import { type Body, bodyReader } from '../requests/request-body.ts';
import type { AccessAnswer } from './answer-schemas.ts';
import { timeOf } from './representation.ts';

/** The last segment of the route's path. */
export const renewalName = 'access-token';

export interface AccessRenewalDeps {
  readonly engine: Engine;
  readonly idempotency: (scope: string, key: string, body: unknown) => Idempotency;
  readonly accessTokens: {
    /** The access token of a login, issued at a given moment. The same moment gives the same token. */
    issue(login: SigningLogin, issuedAt: number): Promise<AccessToken>;
    /** True while the login opens its account. */
    stands(login: CompletedLogin): Promise<boolean>;
  };
  readonly now: () => number;
}

/** A request for a new token. */
interface Renewal {
  readonly body: Body;
  /** The Idempotency-Key; null without one. */
  readonly key: string | null;
}

const readBody = bodyReader(noFields);

/** @throws Problem for a malformed request */
export async function readRenewal(c: Context): Promise<Renewal> {
  return { body: await readBody(c), key: idempotencyKey(c, eventKey) };
}

/**
 * @param path the path of the session
 * @throws Problem if the login has ended
 */
export async function renewedAccess(
  { body, key }: Renewal,
  path: string,
  login: SigningLogin,
  { engine, idempotency, accessTokens, now }: AccessRenewalDeps,
): Promise<Static<typeof AccessAnswer>> {
  if (!(await accessTokens.stands(login))) throw new Problem('unauthenticated', 'The login has ended: log in again');
  // A repeated request signs the token again, as issued at the moment of the first request. So no token is stored.
  const issuedAt = key === null ? now() : await engine.firstCame(login.sessionId, idempotency(`POST ${path}/${renewalName}`, key, body));
  const { token, expiresAt } = await accessTokens.issue(login, issuedAt);
  return { accessToken: token, expiresAt: timeOf(expiresAt) };
}
