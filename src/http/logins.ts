/** Logins as requests show them: by an access token, and with a second factor where that is asked for. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Channel, Workflow } from '../../machines/workflow.ts';
import type { Owner, Vault } from '../engine/ports.ts';
import { type Session, statePath } from '../engine/session.ts';
import { Problem } from './problem.ts';
import { bearerOf } from './staff.ts';

/** A login, as its session shows that it was. */
export interface CompletedLogin extends Owner {
  readonly passwordVersion: number;
  /** When it was complete, in milliseconds since the epoch. */
  readonly authenticatedAt: number;
  /** How the person was recognised (RFC 8176). */
  readonly methods: readonly string[];
  /** How the code came that was entered; null where none was asked for. */
  readonly codeBy: Channel | null;
}

/** A login that opens its account now. */
export interface StandingLogin extends CompletedLogin {
  /** When the token that shows it expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Until when it counts as a second factor; long past where none was shown. */
  readonly secondFactorUntil: number;
}

export interface AccessToken {
  readonly token: string;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** @returns the login that an access token shows; null for any other text, and where the login does not stand any more */
export type LoggedIn = (token: string) => Promise<StandingLogin | null>;

export interface LoginParts {
  readonly loggedIn: LoggedIn;
  /** How long the code of a login counts as a second factor, in milliseconds. */
  readonly secondFactorMs: number;
  readonly now: () => number;
}

/** What a request knows of its login, behind `loginGate`. */
export type LoginVariables = { login: StandingLogin };

/** Results that say nothing of it are of a time in which no password could be changed. */
const firstPasswordVersion = '1';

/** @returns the login that a session was; null for any other session, and for a login that is not complete */
export function completedLogin(workflow: Workflow, session: Session, vault: Vault): CompletedLogin | null {
  const { id: sessionId, context, endedAt, sealed } = session;
  const { success } = workflow;
  if (!success?.login || endedAt === null || sealed === null || statePath(session.value) !== success.outcome) return null;
  const { accountId, passwordVersion = firstPasswordVersion } = vault.open(sessionId, sealed);
  if (accountId === undefined) return null;
  return { sessionId, accountId, passwordVersion: Number(passwordVersion), authenticatedAt: endedAt, ...success.login(context) };
}

/** @throws Problem without an access token of a login that stands */
export async function loginOf(c: Context, { loggedIn }: Pick<LoginParts, 'loggedIn'>): Promise<StandingLogin> {
  const token = bearerOf(c);
  const login = token === null ? null : await loggedIn(token);
  if (login === null)
    throw new Problem('unauthenticated', 'The access token of a login is missing, wrong or too old, or the login has ended');
  return login;
}

/** Lets those in who show an access token. */
export function loginGate(parts: LoginParts): MiddlewareHandler<{ Variables: LoginVariables }> {
  return async (c, next) => {
    c.set('login', await loginOf(c, parts));
    await next();
  };
}

/** Behind `loginGate`: lets those in whose login counts as a second factor now. */
export function secondFactorGate(parts: LoginParts): MiddlewareHandler<{ Variables: LoginVariables }> {
  return async (c, next) => {
    needSecondFactor(c.get('login'), parts);
    await next();
  };
}

/** @throws Problem unless the login counts as a second factor now; the answer says so as RFC 9470 does */
export function needSecondFactor(login: StandingLogin, { secondFactorMs, now }: LoginParts): void {
  if (now() < login.secondFactorUntil) return;
  const maxAge = Math.floor(secondFactorMs / 1000);
  throw new Problem('second-factor-required', 'This needs a login whose code was entered lately', {
    members: { maxAge },
    challenge: `Bearer error="insufficient_user_authentication", max_age=${maxAge}`,
  });
}
