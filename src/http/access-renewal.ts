/** Another access token of a login that stands: what the holder of its session asks for before the last one expires. */
import type { Context } from 'hono';
import { noFields } from '../../machines/fields.ts';
import type { Engine } from '../engine/engine.ts';
import type { Idempotency } from '../engine/turn.ts';
import { eventKey, idempotencyKey } from './idempotency-key.ts';
import type { AccessToken, CompletedLogin } from './logins.ts';
import { Problem } from './problem.ts';
import { timeOf } from './representation.ts';
import { type Body, bodyReader } from './request-body.ts';

/** The name of the route, below that of the session. */
export const renewalName = 'access-token';

export interface AccessRenewalParts {
  readonly engine: Engine;
  readonly idempotency: (scope: string, key: string, body: unknown) => Idempotency;
  readonly accessTokens: {
    /** The token of a login that is issued at a moment, the same each time. */
    issue(login: CompletedLogin, issuedAt: number): Promise<AccessToken>;
    /** Whether the login opens its account now. */
    stands(login: CompletedLogin): Promise<boolean>;
  };
  readonly now: () => number;
}

/** What the holder of a session asks by. */
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
 * @param path of the session
 * @throws Problem where the login does not stand any more
 */
export async function renewedAccess(
  { body, key }: Renewal,
  path: string,
  login: CompletedLogin,
  { engine, idempotency, accessTokens, now }: AccessRenewalParts,
): Promise<{ accessToken: string; expiresAt: string }> {
  if (!(await accessTokens.stands(login))) throw new Problem('unauthenticated', 'The login has ended: log in again');
  // The token is signed again for a request that is repeated, as of the moment that it first came: nothing of it is kept.
  const issuedAt = key === null ? now() : await engine.firstCame(login.sessionId, idempotency(`POST ${path}/${renewalName}`, key, body));
  const { token, expiresAt } = await accessTokens.issue(login, issuedAt);
  return { accessToken: token, expiresAt: timeOf(expiresAt) };
}
