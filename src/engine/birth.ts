/**
 * What a new session is before its first commit: its opening, what its machine makes of that, and whether the tasks that it leads
 * to may be begun. Nothing is written here, so that a start can be tried before it is made.
 */
import type { Workflow } from '../../machines/workflow.ts';
import { admitTasks } from './admission.ts';
import type { Clock } from './clock.ts';
import { type Idempotency, keptOutcome } from './kept-outcomes.ts';
import type { Arrival, Opening, Origin, Resolver, TaskHandler, Vault } from './ports.ts';
import type { Parent } from './session.ts';
import { type Step, startSession } from './step.ts';
import { knowing } from './turn.ts';

export interface BirthParts {
  readonly clock: Clock;
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  readonly vault: Vault;
}

export interface BirthRequest {
  readonly id: string;
  readonly keyId: string;
  /** The session that waits for its end; null where none does. */
  readonly parent: Parent | null;
  readonly idempotency: Idempotency | null;
  readonly origin: Origin;
  /** Names the request: the same for its repetitions. */
  readonly attempt: string;
  /** The input that the parent's machine invokes the child with; the resolver can give another one. */
  readonly input?: unknown;
}

/** @throws InvalidBody, RateLimited, Overloaded, StoreUnavailable */
export async function born(
  workflow: Workflow,
  body: Readonly<Record<string, unknown>>,
  { id, keyId, parent, idempotency, origin, attempt, input: invokedWith }: BirthRequest,
  { clock, resolvers, handlers, vault }: BirthParts,
): Promise<Step> {
  const { event, personal, personalIfTaken, input = invokedWith } = await openingOf(workflow, body, { origin, attempt }, resolvers);
  const at = clock.now();
  const birth = {
    id,
    keyId,
    sealed: null,
    startFingerprint: idempotency?.fingerprints[0] ?? null,
    parent,
    ...(workflow.start.inputs ? { input } : {}),
  };
  const { session: entered, history, rejection } = startSession(workflow, birth, event, at);
  const known = rejection === null ? (personalIfTaken ?? personal) : personal;
  const session = knowing(entered, known, vault);
  await admitTasks(session, 0, origin, { handlers, vault });
  const kept = idempotency && rejection ? [keptOutcome(idempotency, rejection, session, at)] : [];
  return { session: { ...session, kept }, history, rejection };
}

/** A start without a resolver says nothing that a session keeps or hears. */
async function openingOf(
  { start }: Workflow,
  body: Readonly<Record<string, unknown>>,
  arrival: Arrival,
  resolvers: Readonly<Record<string, Resolver>>,
): Promise<Opening> {
  if (start.resolver === null) return { event: start.events[0] ?? null, personal: {} };
  const resolver = resolvers[start.resolver];
  if (!resolver?.start) throw new Error(`No resolver '${start.resolver}' for starts`);
  return resolver.start(body, await resolver.prepare?.(body, arrival), arrival);
}

/** A session that was over before it began: whoever starts it later finds its id taken. */
export function stillborn(workflow: Workflow, { id, keyId }: Pick<BirthRequest, 'id' | 'keyId'>, at: number): Step {
  const input = workflow.start.inputs?.[0];
  return startSession(workflow, { id, keyId, sealed: null, startFingerprint: null, input }, { type: 'CANCEL' }, at);
}
