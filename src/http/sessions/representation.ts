/** The representation of a session: its view for clients. */
import { createHash } from 'node:crypto';
import { isInvited } from '../../../machines/parties.ts';
import { type AnyPublicEvent, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import { childOf } from '../../engine/children/related-sessions.ts';
import { personalOf } from '../../engine/personal.ts';
import type { Personal } from '../../engine/ports.ts';
import { type Session, statePath } from '../../engine/session.ts';
import type { AccessDeps } from '../../engine/sessions/access.ts';
import type { AddressOf } from '../addresses.ts';
import { type AccessToken, type CompletedLogin, completedLogin, type SigningLogin } from '../authentication/logins.ts';
import { activeStates } from './active-states.ts';
import type { SessionResults } from './session-results.ts';

export interface RepresentationDeps extends AccessDeps {
  readonly addressOf: AddressOf;
  /** Masks the personal details of a workflow's session for display. */
  readonly mask: (workflow: Workflow, personal: Personal) => Readonly<Record<string, unknown>>;
  readonly results: SessionResults;
  /** The access token of a login, issued at a given moment. */
  readonly accessToken: (login: SigningLogin, issuedAt: number) => Promise<AccessToken>;
  /** True while the login opens its account: a log-out or another login's new password ends it. */
  readonly stands: (login: CompletedLogin) => Promise<boolean>;
  /** The token that a trusted device presents at its next login. */
  readonly deviceToken: (session: { id: string; keyId: string; accountId: string }) => string;
  /** How long the first access token of a login is valid, in milliseconds. */
  readonly accessTokenMs: number;
  /** The events that a sender with these roles may send now. */
  readonly accepted: (of: { workflow: Workflow; session: Session }, roles: Viewer) => readonly string[];
  /** The collection of a workflow's sessions; null if the workflow is not registered. */
  readonly collectionOf: (workflow: string) => string | null;
  readonly sessionToken: (session: Pick<Session, 'id' | 'keyId'>) => string;
  readonly now: () => number;
}

export type Representation = Readonly<Record<string, unknown>>;

/** The roles of the reader of a representation. The view is that of the first. */
export type Viewer = readonly [string, ...string[]];

/** The service itself, which shows sessions to operators. */
export const serviceViewer: Viewer = ['service'];

/** The public name of an event: `submit-code` for `SUBMIT_CODE`. */
export function publicEventName(type: string): string {
  return type.toLowerCase().replaceAll('_', '-');
}

/** The events that people may send, each from its sender. */
export function eventsOfPeople({ events }: Workflow): [type: string, event: AnyPublicEvent][] {
  return Object.entries(events).filter(([, event]) => sendersOf(event).some((sender) => sender !== 'provider'));
}

/** Eight characters that are easy to read out on the phone: no I, L, O or U (Crockford's base 32). */
export function referenceOf(id: string): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const characters = [...createHash('sha256').update(id).digest().subarray(0, 8)].map((byte) => alphabet[byte % 32]);
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}

export function dataOf(
  workflow: Workflow,
  session: Session,
  context: Session['context'],
  [viewer]: Viewer,
  { vault, mask }: RepresentationDeps,
): Readonly<Record<string, unknown>> {
  return workflow.view.of({ context, masked: mask(workflow, personalOf(session, vault)), viewer });
}

interface Known {
  readonly representation: Promise<Representation>;
  /** The time at which a part of the representation becomes invalid, in milliseconds since the epoch. */
  readonly until: number;
}

/** Cached, because a revision of a session always looks the same to one party, and a client that waits for a change asks repeatedly. */
const known = new WeakMap<Session, Map<string, Known>>();

/** A login ends without a change of its session, so the access token is checked for each reader. */
export async function representationOf(
  workflow: Workflow,
  session: Session,
  viewer: Viewer,
  deps: RepresentationDeps,
): Promise<Representation> {
  const representation = await cachedRepresentation(workflow, session, viewer, deps);
  if (representation['accessToken'] === undefined) return representation;
  const login = completedLogin(workflow, session, deps.vault);
  if (login !== null && (await deps.stands(login))) return representation;
  const { accessToken: _ended, ...rest } = representation;
  return rest;
}

function cachedRepresentation(workflow: Workflow, session: Session, viewer: Viewer, deps: RepresentationDeps): Promise<Representation> {
  const views = known.get(session) ?? new Map<string, Known>();
  known.set(session, views);
  const roles = viewer.join();
  const before = views.get(roles);
  if (before && deps.now() < before.until) return before.representation;
  const representation = represented(workflow, session, viewer, deps);
  const accessEnd = (session.endedAt ?? Number.POSITIVE_INFINITY) + deps.accessTokenMs;
  const ends = [deps.results.endOf(session), accessEnd].filter((end) => deps.now() < end);
  views.set(roles, { representation, until: Math.min(...ends) });
  // A failure is not cached: the next read tries again, and reports its own cause.
  representation.catch(() => views.delete(roles));
  return representation;
}

/** The events that a party may send now and the session would not refuse. */
export function offeredTo(
  viewer: Viewer,
  { workflow, session }: { readonly workflow: Workflow; readonly session: Session },
  { accepted }: Pick<RepresentationDeps, 'accepted'>,
): readonly string[] {
  return accepted({ workflow, session }, viewer);
}

/** Only the holder of a session sees its tokens and results. A session started by an agent has no holder, so its parties see them. */
function showsProofs({ start, parties = {} }: Workflow, [viewer]: Viewer): boolean {
  if (start.by !== 'agent') return viewer === 'holder';
  return viewer !== 'service' && !isInvited(parties[viewer]);
}

async function represented(workflow: Workflow, session: Session, viewer: Viewer, deps: RepresentationDeps): Promise<Representation> {
  const href = deps.addressOf(`/v1/${workflow.collection}/${session.id}`);
  const { id, version, revision, status } = session;
  return {
    id,
    workflow: workflow.name,
    version,
    revision,
    status,
    state: statePath(session.value),
    ...activeStates(workflow, session),
    outcome: status === 'done' ? statePath(session.value) : null,
    data: dataOf(workflow, session, session.context, viewer, deps),
    ...deadlinesOf(workflow, session),
    ...(workflow.children ? { child: showsProofs(workflow, viewer) ? childRepresentation(session, deps) : null } : {}),
    events: offeredTo(viewer, { workflow, session }, deps).map((type) => {
      const name = publicEventName(type);
      return { type: name, method: 'POST', href: `${href}/${name}` };
    }),
    ...(showsProofs(workflow, viewer) ? await proofsOf(workflow, session, deps) : { result: null }),
    reference: referenceOf(id),
    createdAt: timeOf(session.createdAt),
    updatedAt: timeOf(session.updatedAt),
  };
}

/** The child session that this one waits for, with its token. */
function childRepresentation(session: Session, { addressOf, collectionOf, sessionToken }: RepresentationDeps) {
  const child = childOf(session);
  const collection = child && collectionOf(child.workflow);
  if (!child || collection === null) return null;
  const { workflow, id } = child;
  return { workflow, id, href: addressOf(`/v1/${collection}/${id}`), sessionToken: sessionToken({ id, keyId: session.keyId }) };
}

function deadlinesOf(workflow: Workflow, session: Session): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(workflow.deadlines).map(([delay, name]) => {
      const timer = session.timers.find((candidate) => candidate.delay === delay);
      return [name, timer ? timeOf(timer.dueAt) : null];
    }),
  );
}

/** The tokens and the result of a success, each while it is valid. */
async function proofsOf(workflow: Workflow, session: Session, deps: RepresentationDeps) {
  return { ...(await resultOf(workflow, session, deps)), ...(await accessOf(workflow, session, deps)) };
}

async function resultOf(
  workflow: Workflow,
  session: Session,
  { vault, results, deviceToken }: RepresentationDeps,
): Promise<{ result: { token: string } | null; deviceToken?: string }> {
  const token = await results.tokenOf(workflow, session);
  if (token === null) return { result: null };
  const { id, keyId, context, sealed } = session;
  const { accountId } = sealed === null ? {} : vault.open(id, sealed);
  const isTrusted = context['trustDevice'] === true && accountId !== undefined;
  return { result: { token }, ...(isTrusted ? { deviceToken: deviceToken({ id, keyId, accountId }) } : {}) };
}

/** The first access token of a login, while it is valid. */
async function accessOf(
  workflow: Workflow,
  session: Session,
  { vault, accessToken, accessTokenMs, now }: RepresentationDeps,
): Promise<{ accessToken?: string }> {
  const login = completedLogin(workflow, session, vault);
  if (login === null || now() >= login.authenticatedAt + accessTokenMs) return {};
  const { token, expiresAt } = await accessToken(login, login.authenticatedAt);
  return now() < expiresAt ? { accessToken: token } : {};
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
