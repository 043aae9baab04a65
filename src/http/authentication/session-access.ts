/** Access to every route that names a session: identifies the sender, then checks the session and the event against the sender. */
import type { Context } from 'hono';
import { isInvited } from '../../../machines/parties.ts';
import type { Workflow } from '../../../machines/workflow.ts';
import type { Engine } from '../../engine/engine.ts';
import { SessionNotFound } from '../../engine/errors.ts';
import type { AccessRequest, AuthenticatedSender } from '../../engine/sessions/access.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { type AdminVariables, agentOf, bearerOf } from './admin-keys.ts';
import { type LoginDeps, needSecondFactor, type StandingLogin } from './logins.ts';

export interface SessionAccessDeps extends LoginDeps {
  readonly engine: Pick<Engine, 'access'>;
  readonly tokens: { matches(sessionId: string, token: string): boolean };
  readonly partyTokens: { read(sessionId: string, token: string): { readonly party: string; readonly number: number } | null };
  /** @returns the name of a client key; null for any other text */
  readonly clientKeyNamed: (key: string) => string | null;
  /** The verified addresses and numbers of an account, in the form in which the engine compares them. */
  readonly addressesOf: (accountId: string) => Promise<readonly string[]>;
}

/** A proof of identity that can expire before the session. */
export interface Credential {
  /** The latest time at which the proof expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Asks the database if the proof is still valid: a log-out or a changed password ends a login. */
  holds(): Promise<boolean>;
}

/** A sender whose credential was checked. */
interface Identified {
  readonly sender: AuthenticatedSender;
  /** Null if the proof lasts as long as the session: the session's token, and the key of an agent, which is configuration. */
  readonly credential: Credential | null;
  /** The login of an owner; null for every other sender. */
  readonly login: StandingLogin | null;
}

/** A request that passed all checks. */
export interface Access extends Identified {
  readonly id: string;
  /** The workflow, in the version that the session runs. */
  readonly workflow: Workflow;
  /** The refusal of a request that the sender may only repeat, because its access has ended; null for all other requests. */
  readonly refusal: Error | null;
}

/** The fingerprints of a request's Idempotency-Key, if it has one. */
export type KeysOf = (request: {
  readonly workflow: Workflow;
  readonly id: string;
  readonly sender: AuthenticatedSender;
}) => readonly string[];

/** A collection of sessions: all versions of one workflow. */
export interface Collection {
  /** The newest version of the workflow. */
  readonly workflow: Workflow;
  readonly versions: readonly Workflow[];
  /** The roles that any version of the workflow knows. */
  readonly roles: ReadonlySet<string>;
}

/**
 * Decides from the headers and the address alone, before the body is read. The session must be in the collection, the sender must be a
 * party of the session, and the event must be for that sender.
 * @param type the type of the machine event; null for a request that only reads
 * @param keysOf recognises a request that is repeated
 * @throws Problem if the request proves no sender, or needs a second factor; SessionNotFound, EventNotFound, SenderRefused
 */
export async function accessOf(
  c: Context,
  collection: Collection,
  type: string | null,
  deps: SessionAccessDeps,
  keysOf: KeysOf = () => [],
): Promise<Access> {
  const { workflow } = collection;
  const id = pathId(c);
  if (id === null) throw new SessionNotFound('Not an id');
  const identified = await identify(c, id, collection, deps);
  if (identified === null) return refuseStranger(id, workflow, deps);
  const { sender, login } = identified;
  const { own, refusal } = await permitted(id, { workflow, sender, type }, collection, deps, keysOf);
  if (login !== null && type !== null && own.events[type]?.secondFactor) needSecondFactor(login, deps);
  return { id, ...identified, workflow: own, refusal };
}

/** @throws the refusal, unless the sender has made a request with this key before */
async function permitted(
  id: string,
  request: AccessRequest,
  { versions }: Collection,
  { engine: { access } }: SessionAccessDeps,
  keysOf: KeysOf,
): Promise<{ readonly own: Workflow; readonly refusal: Error | null }> {
  try {
    return { own: await access.authorise(id, request), refusal: null };
  } catch (error) {
    const { sender } = request;
    const keys = error instanceof Error ? versions.flatMap((workflow) => keysOf({ workflow, id, sender })) : [];
    const own = keys.length === 0 ? null : await access.repeating(id, sender, keys);
    if (own === null || !(error instanceof Error)) throw error;
    return { own, refusal: error };
  }
}

/** The sender by its token. A client key proves the client besides, or alone. */
async function identify(c: Context, id: string, collection: Collection, deps: SessionAccessDeps): Promise<Identified | null> {
  const client = collection.roles.has('client') ? deps.clientKeyNamed(c.req.header('x-client-key') ?? '') : null;
  const identified = await identifyBearer(c, id, collection, deps);
  if (client === null) return identified;
  if (identified === null) return { ...lasting, sender: { as: 'client', client } };
  return { ...identified, sender: { ...identified.sender, client } };
}

const lasting = { credential: null, login: null } as const;

/**
 * The tokens of a session are derived from its id, and agents' keys are configuration: checking them costs no statement. For a login, the
 * database is asked only after the signature was verified.
 */
async function identifyBearer(
  c: Context<{ Variables: Partial<AdminVariables> }>,
  id: string,
  { roles, versions }: Collection,
  { tokens, partyTokens, loggedIn, addressesOf }: SessionAccessDeps,
): Promise<Identified | null> {
  const token = bearerOf(c);
  if (token === null) return null;
  if (roles.has('holder') && tokens.matches(id, token)) return { ...lasting, sender: { as: 'holder' } };
  const invited = partyTokens.read(id, token);
  if (invited !== null) return { ...lasting, sender: { as: 'party', party: invited.party, invitation: invited.number } };
  const admin = c.get('admin');
  if (roles.has('agent') && admin) return { ...lasting, sender: { as: 'agent', agent: agentOf(admin) } };
  const findsOwners = versions.some(({ parties = {} }) => Object.values(parties).some((party) => !isInvited(party)));
  const login = roles.has('owner') || findsOwners ? await loggedIn(token) : null;
  if (login === null) return null;
  const { accountId, expiresAt } = login;
  return {
    sender: { as: 'owner', accountId, ...(findsOwners ? { addresses: await addressesOf(accountId) } : {}) },
    credential: { expiresAt, holds: async () => (await loggedIn(token)) !== null },
    login,
  };
}

/**
 * A client that lost its session must learn that the session is gone (404). All other requests without a proof get a 401. Sessions between
 * an agent and an owner keep even their existence secret, so the store is not asked.
 */
async function refuseStranger(id: string, workflow: Workflow, { engine }: SessionAccessDeps): Promise<never> {
  if (workflow.start.by !== 'agent' && (await engine.access.workflowName(id)) !== workflow.name)
    throw new SessionNotFound('The session belongs to another collection');
  throw new Problem('unauthenticated', 'The token of this session is missing or wrong');
}
