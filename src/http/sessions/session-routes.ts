/** The routes of sessions, derived from the registered workflows. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import type { AnyPublicEvent, Workflow } from '../../../machines/workflow.ts';
import { unknownLanguage } from '../../common/language-tags.ts';
import type { Engine } from '../../engine/engine.ts';
import { type Caller, type Log, serviceCaller } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import { partiesOf, rolesOf } from '../../engine/sessions/access.ts';
import type { Reply } from '../../engine/sessions/turn.ts';
import { type AdminGateDeps, type AdminVariables, adminGate, agentOf } from '../authentication/admin-keys.ts';
import { completedLogin, loginOf } from '../authentication/logins.ts';
import { accessOf, type Collection, type SessionAccessDeps } from '../authentication/session-access.ts';
import { Problem, type Problems } from '../problems/problem.ts';
import { secondsUntil } from '../problems/problem-response.ts';
import { eventKey, idempotencyKey, startKey } from '../requests/idempotency-key.ts';
import { type Body, type BodyReader, bodyReader } from '../requests/request-body.ts';
import { type AccessRenewalDeps, readRenewal, renewalName, renewedAccess } from './access-renewal.ts';
import type { AccessAnswer, HistoryAnswer } from './answer-schemas.ts';
import { preferredLanguage } from './preferred-language.ts';
import {
  dataOf,
  eventsOfPeople,
  offeredTo,
  publicEventName,
  type Representation,
  type RepresentationDeps,
  representationOf,
  serviceViewer,
  timeOf,
  type Viewer,
} from './representation.ts';
import { type SessionStreams, streamSession } from './session-stream.ts';
import { eventKeyOf, keyOf, viewerOf } from './viewer.ts';

export interface SessionRouteDeps extends SessionAccessDeps, AccessRenewalDeps {
  readonly engine: Engine;
  /** The newest version of each workflow. */
  readonly workflows: readonly Workflow[];
  /** Older versions whose sessions continue; absent for none. */
  readonly older?: readonly Workflow[];
  readonly tokens: { derive(session: Session): string; matches(sessionId: string, token: string): boolean };
  readonly representation: RepresentationDeps;
  /** Every kind of problem that the service answers with. */
  readonly problems: Problems;
  /** The caller of a request, for limits. */
  readonly caller: (c: Context) => Caller;
  /** Counts a valid start on its client. @throws RateLimited */
  readonly countStart: (caller: Caller) => void;
  /** The languages in which messages of a workflow's sessions can be written. */
  readonly languages: (workflow: Workflow) => readonly string[];
  /** True if the client may start sessions. */
  readonly mayCreate: (clientKey: string | undefined) => boolean;
  /** The keys of agents; null without such keys. */
  readonly agents: AdminGateDeps | null;
  readonly streams: SessionStreams;
  readonly log: Log;
}

/** Long enough for most providers to answer, so that a client usually sees the message as sent. */
const settleTimeoutMs = 2000;

export function sessionRoutes(deps: SessionRouteDeps): Hono {
  const app = new Hono();
  const gate = deps.agents && adminGate(deps.agents, 'let through');
  for (const workflow of deps.workflows) {
    if (gate && workflow.start.by === 'agent') app.use(`/v1/${workflow.collection}`, gate);
    app.post(`/v1/${workflow.collection}`, createSession(workflow, deps));
    const versions = [workflow, ...(deps.older ?? []).filter(({ name }) => name === workflow.name)];
    const collection: Collection = { workflow, roles: new Set(versions.flatMap((version) => [...partiesOf(version)])), versions };
    for (const path of new Set(versions.map((version) => `/v1/${version.collection}/:id`))) {
      if (gate && collection.roles.has('agent')) app.use(`${path}/*`, gate);
      lookRoutes(app, path, collection, deps);
      if (versions.some(({ success }) => success?.login)) app.post(`${path}/${renewalName}`, renewAccess(collection, deps));
      eventRoutes(app, path, collection, deps);
    }
  }
  return app;
}

function lookRoutes(app: Hono, path: string, collection: Collection, deps: SessionRouteDeps): void {
  const look = async (c: Context): Promise<[Reply, Viewer]> => {
    const { id, sender } = await accessOf(c, collection, null, deps);
    const reply = await deps.engine.access.read(id, { ...collection, sender });
    return [reply, viewerOf(sender, reply, deps.representation)];
  };
  app.get(path, async (c) => c.json<Representation>(await represent(...(await look(c)), deps)));
  app.get(`${path}/stream`, async (c) => {
    const access = await accessOf(c, collection, null, deps);
    return streamSession(c, { ...access, address: deps.caller(c).address }, deps, async () => {
      const seen = await deps.engine.access.read(access.id, access);
      const representation = await represent(seen, viewerOf(access.sender, seen, deps.representation), deps);
      return { revision: seen.session.revision, done: seen.session.status === 'done', representation };
    });
  });
  app.get(`${path}/history`, async (c) => {
    const [reply] = await look(c);
    const history = await deps.engine.history(reply.session.id);
    return c.json<Static<typeof HistoryAnswer>>({
      history: history.map(({ at, event, from, to, refusal }) => ({
        at: timeOf(at),
        event: historyEvent(event, reply),
        from,
        to,
        refusal,
      })),
    });
  });
}

/** A route for each event of any version. The version of the session validates the body. */
function eventRoutes(app: Hono, path: string, collection: Collection, deps: SessionRouteDeps): void {
  const events = collection.versions.flatMap(eventsOfPeople);
  const readers = new Map(events.map(([, event]) => [event, bodyReader(event.body)]));
  for (const type of new Set(events.map(([each]) => each)))
    app.post(`${path}/${publicEventName(type)}`, sendEvent(collection, type, readers, deps));
}

function createSession(workflow: Workflow, deps: SessionRouteDeps) {
  const readBody = bodyReader(workflow.start.body);
  return async (c: Context): Promise<Response> => {
    const caller = await starterOf(c, workflow, deps);
    const body = await readBody(c);
    deps.countStart(caller);
    const key = idempotencyKey(c, startKey);
    const scope = `POST /v1/${workflow.collection}`;
    const own = key === null ? null : keyOf(caller, key);
    const idempotency = own === null ? null : { key: own, ...deps.idempotency(scope, own, body) };
    const started = await deps.engine.start(workflow, withLocale(c, body, workflow, deps), idempotency, caller);
    c.header('location', deps.representation.addressOf(`/v1/${workflow.collection}/${started.session.id}`));
    if (caller.agent) {
      c.set('subject', subjectOf(started.session));
      return c.json<Representation>(await represent(await settled(c, started, deps), ['agent'], deps), 201);
    }
    const sessionToken = deps.tokens.derive(started.session);
    if (started.rejection !== null) {
      // The session exists in spite of the refusal, so the problem contains it.
      const problem = await rejectionProblem(started, started.rejection, ['holder'], deps);
      const session = { ...(problem.members['session'] as Representation), sessionToken };
      throw problem.with({ session, sessionToken });
    }
    return c.json<Representation>({ ...(await represent(await settled(c, started, deps), ['holder'], deps)), sessionToken }, 201);
  };
}

/** @throws Problem if the request does not prove the sender that the workflow's start needs */
async function starterOf(c: Context<{ Variables: Partial<AdminVariables> }>, workflow: Workflow, deps: SessionRouteDeps): Promise<Caller> {
  if (workflow.start.by === 'agent') {
    const admin = c.get('admin');
    if (!admin) throw new Problem('unauthenticated', 'The key of an admin is missing or wrong');
    return { ...serviceCaller, agent: agentOf(admin) };
  }
  const caller = deps.caller(c);
  if (!deps.mayCreate(c.req.header('x-client-key'))) throw new Problem('unauthenticated', 'Starting a session needs a valid X-Client-Key');
  if (workflow.start.by !== 'owner') return caller;
  const { accountId, sessionId } = await loginOf(c, deps);
  return { ...caller, owner: { accountId, sessionId } };
}

function subjectOf({ id, accountId }: Session): AdminVariables['subject'] {
  return { sessionId: id, ...(accountId === null ? {} : { accountId }) };
}

/**
 * Cancels a session of any workflow, for admins.
 * @returns the representation after the cancellation, without the holder's proofs
 * @throws Problem if the session takes no cancellation; SessionNotFound
 */
export async function cancelSession(id: string, deps: SessionRouteDeps): Promise<Representation> {
  const { workflow, ...reply } = await deps.engine.read(id);
  if (!Object.hasOwn(workflow.events, 'CANCEL'))
    throw await rejectionProblem({ workflow, ...reply }, { kind: 'not-accepted' }, serviceViewer, deps);
  const event = { workflow, sender: { as: 'service' }, type: 'CANCEL', body: {}, idempotency: null, caller: serviceCaller } as const;
  const cancelled = await deps.engine.send(id, event);
  if (cancelled.rejection !== null) throw await rejectionProblem(cancelled, cancelled.rejection, serviceViewer, deps);
  return represent(cancelled, serviceViewer, deps);
}

/**
 * Adds the language of messages: the one in the body, or else the browser's. A locale such as `C` names none. A workflow with `data` needs
 * no field for the language.
 */
function withLocale(c: Context, body: Body, workflow: Workflow, { languages }: SessionRouteDeps): Body {
  const isOpen = body['locale'] === undefined || body['locale'] === unknownLanguage;
  const hasLanguage = 'locale' in workflow.start.body.properties || workflow.data !== undefined;
  const locale = isOpen && hasLanguage ? preferredLanguage(c, languages(workflow)) : null;
  return locale === null ? body : { ...body, locale };
}

function sendEvent(collection: Collection, type: string, readers: ReadonlyMap<AnyPublicEvent, BodyReader>, deps: SessionRouteDeps) {
  return async (c: Context): Promise<Response> => {
    const scope = ({ collection: name }: Workflow, session: string) => `POST /v1/${name}/${session}/${publicEventName(type)}`;
    const { id, sender, workflow, refusal } = await accessOf(c, collection, type, deps, (of) => {
      const key = c.req.header('idempotency-key');
      return key === undefined ? [] : deps.idempotency(scope(of.workflow, of.id), eventKeyOf(of.sender, key), null).keys;
    });
    const body = await readerOf(
      workflow,
      type,
      readers,
    )(c).catch((error: unknown) => {
      throw refusal ?? error;
    });
    const caller = deps.caller(c);
    const key = idempotencyKey(c, eventKey);
    const idempotency = key === null ? null : deps.idempotency(scope(workflow, id), eventKeyOf(sender, key), body);
    const reply = await deps.engine.send(id, { workflow, sender, type, body, idempotency, caller });
    if (reply.rejection !== null) throw await rejectionProblem(reply, reply.rejection, viewerOf(sender, reply, deps.representation), deps);
    const after = { ...reply, ...(await settled(c, reply, deps)) };
    const shown = await represent(after, viewerOf(sender, after, deps.representation), deps);
    const mayGoOn = !after.isOfEarlier && rolesOf(sender, after.workflow, after.session, deps.representation).length > 0;
    return c.json<Representation>(mayGoOn ? shown : { ...shown, events: [] });
  };
}

function renewAccess(collection: Collection, deps: SessionRouteDeps) {
  return async (c: Context): Promise<Response> => {
    const { id, sender, workflow } = await accessOf(c, collection, null, deps);
    if (sender.as !== 'holder') throw new Problem('unauthenticated', 'Only the holder of the session can do this');
    const renewal = await readRenewal(c);
    const reply = await deps.engine.access.read(id, { workflow, sender });
    const login = completedLogin(reply.workflow, reply.session, deps.representation.vault);
    if (login === null) throw await rejectionProblem(reply, { kind: 'not-accepted' }, ['holder'], deps);
    return c.json<Static<typeof AccessAnswer>>(await renewedAccess(renewal, `/v1/${workflow.collection}/${id}`, login, deps));
  };
}

/** The reader of an event's body, by the schema of the session's version. */
function readerOf({ name, events }: Workflow, type: string, readers: ReadonlyMap<AnyPublicEvent, BodyReader>): BodyReader {
  const event = events[type];
  const reader = event && readers.get(event);
  if (!reader) throw new Error(`'${name}' has no event '${type}' that people send`);
  return reader;
}

async function rejectionProblem(
  reply: Reply,
  rejection: NonNullable<Reply['rejection']>,
  viewer: Viewer,
  deps: SessionRouteDeps,
): Promise<Problem> {
  const session = await represent(reply, viewer, deps);
  if (rejection.kind === 'not-accepted') {
    const accepted = offeredTo(viewer, reply, deps.representation).map(publicEventName);
    return new Problem('event-not-accepted', `The session does not accept this event in the state ${String(session['state'])}`, {
      members: { state: session['state'], accepted, session },
    });
  }
  const { attemptsLeft } = dataOf(reply.workflow, reply.session, reply.context, viewer, deps.representation);
  return new Problem(
    { refusal: rejection.code },
    `${deps.problems.kind(rejection.code).title}. The session is in the state ${String(session['state'])}`,
    {
      members: {
        ...(rejection.code === 'wrong-code' ? { attemptsLeft } : {}),
        ...(rejection.limit === undefined ? {} : { limit: rejection.limit }),
        session,
      },
      ...(rejection.until === null ? {} : { retryAfter: secondsUntil(rejection.until, deps.now()) }),
      reason: rejection.limit ?? null,
    },
  );
}

/** The session after its pending tasks have settled, unless the client prefers not to wait. */
async function settled(c: Context, reply: Reply, deps: SessionRouteDeps): Promise<Reply> {
  if (!deps.engine.hasAwaitedTasks(reply.session)) return reply;
  if (/(^|,)\s*respond-async\s*(;|,|$)/i.test(c.req.header('prefer') ?? '')) {
    c.header('preference-applied', 'respond-async');
    return reply;
  }
  return deps.engine.settle(reply, settleTimeoutMs);
}

function represent(
  { workflow, session }: Pick<Reply, 'workflow' | 'session'>,
  viewer: Viewer,
  deps: SessionRouteDeps,
): Promise<Representation> {
  return representationOf(workflow, session, viewer, deps.representation);
}

function historyEvent(event: string, { workflow }: Pick<Reply, 'workflow'>): string {
  const isPersons = Object.hasOwn(workflow.events, event) || workflow.start.events.some((opening) => opening?.type === event);
  return isPersons ? publicEventName(event) : event;
}
