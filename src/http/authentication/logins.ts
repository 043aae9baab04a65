/** Authenticates requests by the access token of a login, and requires a second factor on some routes. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Channel, Workflow } from '../../../machines/workflow.ts';
import type { Owner, Vault } from '../../engine/ports.ts';
import { type Session, statePath } from '../../engine/session.ts';
import { Problem } from '../problems/problem.ts';
import { bearerOf } from './admin-keys.ts';

/** A completed login, as its session recorded it. */
export interface CompletedLogin extends Owner {
  readonly passwordVersion: number;
  /** When the login was completed, in milliseconds since the epoch. */
  readonly authenticatedAt: number;
  /** The authentication methods of the login (RFC 8176). */
  readonly methods: readonly string[];
  /** The channel of the code that was entered; null if the login needed no code. */
  readonly codeBy: Channel | null;
}

/** A completed login, with the secret key that signs its access tokens, so that a later first key changes none; null for the current one. */
export interface SigningLogin extends CompletedLogin {
  readonly keyId: string | null;
}

/** A valid login. */
export interface StandingLogin extends CompletedLogin {
  /** When its access token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The time until which the login counts as a second factor; long past if the login had none. */
  readonly secondFactorUntil: number;
}

export interface AccessToken {
  readonly token: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** @returns the login of an access token; null for any other text, and once the login has ended */
export type LoggedIn = (token: string) => Promise<StandingLogin | null>;

export interface LoginDeps {
  readonly loggedIn: LoggedIn;
  /** How long the code of a login counts as a second factor, in milliseconds. */
  readonly secondFactorMs: number;
  readonly now: () => number;
}

/** Recognises the owners of accounts by the access token of a login. A module provides it. */
export interface OwnerAuthentication {
  readonly loggedIn: LoggedIn;
  /** How long the code of a login counts as a second factor, in milliseconds. */
  readonly secondFactorMs: number;
  /** How long the first access token of a login is valid, in milliseconds. */
  readonly accessTokenMs: number;
  /** The access token of a login, issued at a given moment. The same moment gives the same token. */
  issue(login: SigningLogin, issuedAt: number): Promise<AccessToken>;
  /** True while the login is valid. */
  stands(login: CompletedLogin): Promise<boolean>;
  /** The verified address and number of an account, as `comparableRecipient` gives them. */
  addressesOf?(accountId: string): Promise<readonly string[]>;
  /** The token that a trusted device presents at its next login. */
  deviceToken(session: { readonly id: string; readonly keyId: string; readonly accountId: string }): string;
}

/** For a service without accounts: no token belongs to an owner. */
export const noOwners: OwnerAuthentication = {
  loggedIn: async () => null,
  secondFactorMs: 0,
  accessTokenMs: 0,
  issue: () => Promise.reject(new Error('This service has no accounts')),
  stands: async () => false,
  deviceToken: () => {
    throw new Error('This service has no accounts');
  },
};

/** The login of a request, set by `loginGate`. */
export type LoginVariables = { login: StandingLogin };

/** The version of logins that were stored before passwords had versions. */
const firstPasswordVersion = '1';

/** @returns the completed login of a session; null for any other session */
export function completedLogin(workflow: Workflow, session: Session, vault: Vault): SigningLogin | null {
  const { id: sessionId, signingKeyId: keyId, context, endedAt, sealed } = session;
  const { success } = workflow;
  if (!success?.login || endedAt === null || sealed === null || statePath(session.value) !== success.outcome) return null;
  const personal = vault.open(sessionId, sealed);
  const { accountId, passwordVersion = firstPasswordVersion } = personal;
  if (accountId === undefined) return null;
  const about = { sessionId, keyId, accountId, passwordVersion: Number(passwordVersion), authenticatedAt: endedAt };
  return { ...about, ...success.login(context, personal) };
}

/** @throws Problem without the access token of a valid login */
export async function loginOf(c: Context, { loggedIn }: Pick<LoginDeps, 'loggedIn'>): Promise<StandingLogin> {
  const token = bearerOf(c);
  const login = token === null ? null : await loggedIn(token);
  if (login === null)
    throw new Problem('unauthenticated', 'The access token of a login is missing, wrong or too old, or the login has ended');
  return login;
}

/** Admits requests with the access token of a valid login. */
export function loginGate(deps: Pick<LoginDeps, 'loggedIn'>): MiddlewareHandler<{ Variables: LoginVariables }> {
  return async (c, next) => {
    c.set('login', await loginOf(c, deps));
    await next();
  };
}

/** Behind `loginGate`: admits logins that count as a second factor now. */
export function secondFactorGate(deps: LoginDeps): MiddlewareHandler<{ Variables: LoginVariables }> {
  return async (c, next) => {
    needSecondFactor(c.get('login'), deps);
    await next();
  };
}

/** @throws Problem unless the login counts as a second factor now; the answer follows RFC 9470 */
export function needSecondFactor(login: StandingLogin, { secondFactorMs, now }: LoginDeps): void {
  if (now() < login.secondFactorUntil) return;
  const maxAge = Math.floor(secondFactorMs / 1000);
  throw new Problem('second-factor-required', 'This needs a login with a recently entered code', {
    members: { maxAge },
    challenge: `Bearer error="insufficient_user_authentication", max_age=${maxAge}`,
  });
}
