/** Resolution of an event within the session's turn: the resolver turns a body into the machine event for the current session. */
import type { AnyPublicEvent, MachineEvent, Payload, Workflow } from '../../../machines/workflow.ts';
import { EventNotFound } from '../errors.ts';
import { personalOf } from '../personal.ts';
import type { RequestContext, Resolution, Resolver, Vault } from '../ports.ts';
import type { Session } from '../session.ts';
import { type Step, step } from '../steps/step.ts';

export interface ResolutionDeps {
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly vault: Vault;
}

/** The part of a request that resolvers read. */
interface ResolvableEvent {
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The role of the sender. */
  readonly role: string;
  readonly requestContext: RequestContext;
  /** The result of the resolver's slow work; undefined if the work was not done. */
  readonly prepared: unknown;
}

export type ResolvedEvent = Omit<Resolution, 'payload'> & { readonly event: MachineEvent };

/** @returns null if the event does not concern the current session. @throws Unprepared, InvalidBody, RateLimited */
export async function resolveEvent(
  workflow: Workflow,
  session: Session,
  { type, body, role, requestContext, prepared }: ResolvableEvent,
  at: number,
  { resolvers, vault }: ResolutionDeps,
): Promise<ResolvedEvent | null> {
  const declared = workflow.events[type];
  if (!declared) throw new EventNotFound(`The workflow '${workflow.name}' has no event '${type}'`);
  const { resolver: name = null } = declared;
  const sent = (payload: Payload) => ({ ...payload, ...sentBy(declared, role), type });
  if (name === null) return { event: sent({}) };
  const resolver = resolvers[name]?.event;
  if (!resolver) throw new Error(`No resolver '${name}' for events`);
  if (resolvers[name]?.prepare && prepared === undefined) {
    if (takes(workflow, session, type, at)) throw new Unprepared(type);
    return { event: sent(declared.payloads[0] ?? {}) };
  }
  const { id, keyId, context } = session;
  const personal = personalOf(session, vault);
  const preview = (payload: Payload) => step(workflow, session, { kind: 'event', event: sent(payload) }, at).rejection;
  const resolution = await resolver(
    body,
    { id, workflow: workflow.name, keyId, context, personal, at, preview },
    { ...requestContext, prepared },
  );
  return resolution && { ...resolution, event: sent(resolution.payload) };
}

/** The part of a payload that names the role of the sender. */
function sentBy({ senderIn }: AnyPublicEvent, role: string): Payload {
  return senderIn === undefined ? {} : { [senderIn]: role };
}

/** True if the machine has a transition for the event, even a refusal. Otherwise the body needs no resolver. */
export function takes(workflow: Workflow, session: Session, type: string, at: number): boolean {
  const payloads = workflow.events[type]?.payloads ?? [];
  return payloads.some(
    (payload) => step(workflow, session, { kind: 'event', event: { ...payload, type } }, at).rejection?.kind !== 'not-accepted',
  );
}

/** The event was not prepared, because the machine did not take it at that time. Now the machine takes it. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Adds to a refusal the end and the limit that the resolver found, if the machine does not know the end. */
export function withLimit(stepped: Step, { refusedUntil: until, refusedBy: limit }: Pick<Resolution, 'refusedUntil' | 'refusedBy'>): Step {
  const { rejection } = stepped;
  if (rejection?.kind !== 'refused' || rejection.until !== null || (until === undefined && limit === undefined)) return stepped;
  return { ...stepped, rejection: { ...rejection, until: until ?? null, ...(limit === undefined ? {} : { limit }) } };
}
