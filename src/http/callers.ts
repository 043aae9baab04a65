/** Who a request about a session comes from, whether the session is theirs to see and the event theirs to send, and for how long. */
import type { Context } from 'hono';
import type { Sender, Workflow } from '../../machines/workflow.ts';
import type { Engine } from '../engine/engine.ts';
import { SessionNotFound } from '../engine/errors.ts';
import type { Agent, Owner, Vault } from '../engine/ports.ts';
import type { Session } from '../engine/session.ts';
import { Problem } from './problem.ts';
import { agentOf, bearerOf, isId, type StaffVariables } from './staff.ts';

export interface CallerParts {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly tokens: { matches(sessionId: string, token: string): boolean };
  readonly loggedIn: LoggedIn;
}

/** @returns the login that a token of this service's proves, and until when at most; null for any other token */
export type LoggedIn = (token: string) => Promise<(Owner & { readonly expiresAt: number }) | null>;

/** What shows who somebody is, and may end before the session does. */
export interface Credential {
  /** When it does in any case, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Whether it still shows that: a login does not once the password is another one. Asks the database. */
  holds(): Promise<boolean>;
}

/** Whom a session was opened to. */
export interface Access {
  readonly id: string;
  /** Null where it lasts as long as the session: for the holder of its token, and for an agent, whose key is configuration. */
  readonly credential: Credential | null;
}

/** A person, and what they are to the session. */
type Caller =
  | { readonly as: 'owner'; readonly accountId: string; readonly credential: Credential }
  | { readonly as: 'agent'; readonly agent: Agent };

/**
 * @param sender who may send what is sent; null where it is only looked at
 * @returns the id of the address, and what the access rests on
 * @throws Problem for somebody whom it is not for, SessionNotFound
 */
export async function accessOf(c: Context, workflow: Workflow, sender: Sender | null, parts: CallerParts): Promise<Access> {
  const id = c.req.param('id') ?? '';
  if (!isId(id)) throw new SessionNotFound('Not an id');
  if (workflow.start.by === 'agent') return personsAccess(c, workflow, sender, parts);
  // The token is derived from the id, so that it can be checked before anything is read.
  const token = bearerOf(c);
  if (token !== null && parts.tokens.matches(id, token)) return { id, credential: null };
  await sessionOf(id, workflow, parts);
  throw new Problem('unauthenticated', 'The session token is missing or wrong');
}

async function personsAccess(c: Context, workflow: Workflow, sender: Sender | null, parts: CallerParts): Promise<Access> {
  const id = c.req.param('id') ?? '';
  const caller = await callerOf(c, parts);
  if (caller === null) throw new Problem('unauthenticated', 'The token of a login or the key of an agent is missing or wrong');
  if (!isParty(caller, await sessionOf(id, workflow, parts), parts)) throw new SessionNotFound('Somebody else’s');
  if (sender !== null && sender !== caller.as)
    throw new Problem('unauthenticated', sender === 'owner' ? 'Only the owner of the account may do that' : 'Only the agent may do that');
  return { id, credential: caller.as === 'owner' ? caller.credential : null };
}

async function callerOf(c: Context<{ Variables: Partial<StaffVariables> }>, { loggedIn }: CallerParts): Promise<Caller | null> {
  const staff = c.get('staff');
  if (staff) return { as: 'agent', agent: agentOf(staff) };
  const token = bearerOf(c);
  const login = token === null ? null : await loggedIn(token);
  if (token === null || login === null) return null;
  const { accountId, expiresAt } = login;
  return { as: 'owner', accountId, credential: { expiresAt, holds: async () => (await loggedIn(token)) !== null } };
}

/** What is between an agent and an owner is nobody else's, not another agent's either. */
function isParty(caller: Caller, { id, accountId, sealed }: Session, { vault }: CallerParts): boolean {
  if (caller.as === 'owner') return accountId === caller.accountId;
  const { agentKey, agent } = sealed === null ? {} : vault.open(id, sealed);
  return agentKey === caller.agent.keyName && agent === caller.agent.name;
}

async function sessionOf(id: string, workflow: Workflow, { engine }: CallerParts): Promise<Session> {
  const reply = await engine.read(id);
  if (reply.workflow.name !== workflow.name) throw new SessionNotFound('The session belongs to another collection');
  return reply.session;
}
