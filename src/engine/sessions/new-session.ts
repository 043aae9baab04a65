/**
 * A new session before its first commit: resolves the start body, runs the machine's first transition, and asks if the resulting tasks may
 * begin. Nothing is written here, so a start can be tried before it is made.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import type { Clock } from '../clock.ts';
import { starterDetail } from '../invitations.ts';
import { withOwnDetails, withPersonal } from '../personal.ts';
import type { Caller, Resolver, StartContext, StartResolution, Vault } from '../ports.ts';
import type { Parent, Session } from '../session.ts';
import { exampleStart } from '../steps/example-start.ts';
import { type Step, startSession } from '../steps/step.ts';
import { admitTasks } from '../tasks/admission.ts';
import type { Handlers } from '../tasks/handlers.ts';
import { partiesOf } from './access.ts';
import { assertDifferent, type RecipientDeps } from './different-parties.ts';
import { type Idempotency, idempotencyRecord } from './idempotency.ts';

export interface NewSessionDeps extends RecipientDeps {
  readonly clock: Clock;
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly handlers: Handlers;
  readonly vault: Vault;
}

export interface NewSessionRequest {
  readonly id: string;
  readonly keyId: string;
  /** The session that waits for the end of this one; null if none does. */
  readonly parent: Parent | null;
  readonly idempotency: Idempotency | null;
  readonly caller: Caller;
  /** Identifies the request; its repetitions have the same value. */
  readonly attempt: string;
  /** The input with which the parent's machine invokes the child; the resolver can replace it. */
  readonly input?: unknown;
}

/** @throws InvalidBody, RateLimited, Overloaded, StoreUnavailable */
export async function newSessionStep(
  workflow: Workflow,
  body: Readonly<Record<string, unknown>>,
  { id, keyId, parent, idempotency, caller, attempt, input: invokedWith }: NewSessionRequest,
  deps: NewSessionDeps,
): Promise<Step> {
  const { clock, resolvers, handlers, vault } = deps;
  const {
    event,
    personal,
    personalIfTaken,
    input = invokedWith,
  } = await resolveStart(workflow, body, { caller, attempt, session: { id, keyId, workflow: workflow.name, at: clock.now() } }, resolvers);
  const at = clock.now();
  const start = {
    id,
    keyId,
    sealed: null,
    startFingerprint: idempotency?.fingerprints[0] ?? null,
    parent,
    ...(workflow.start.inputs ? { input } : {}),
  };
  const { session: entered, history, rejection } = startSession(workflow, start, event, at);
  const known = rejection === null ? (personalIfTaken ?? personal) : personal;
  assertDifferent(workflow, known, body, deps);
  const session = withStarter(workflow, withPersonal(entered, known, vault), caller, vault);
  await admitTasks(session, 0, caller, { handlers, vault });
  const idempotencyRecords = idempotency && rejection ? [idempotencyRecord(idempotency, rejection, session, at)] : [];
  return { session: { ...session, idempotencyRecords }, history, rejection };
}

/** The session with the name of the client key that started it, if the client takes part in it. */
function withStarter(workflow: Workflow, session: Session, { clientKey }: Caller, vault: Vault): Session {
  return clientKey === null || !partiesOf(workflow).has('client')
    ? session
    : withOwnDetails(session, { [starterDetail]: clientKey }, vault);
}

/** A start without a resolver has no personal details and no first event. */
async function resolveStart(
  { start }: Workflow,
  body: Readonly<Record<string, unknown>>,
  startContext: StartContext,
  resolvers: Readonly<Record<string, Resolver>>,
): Promise<StartResolution> {
  const { resolver: name = null } = start;
  if (name === null) return { event: start.events[0] ?? null, personal: {} };
  const resolver = resolvers[name];
  if (!resolver?.start) throw new Error(`No resolver '${name}' for starts`);
  return resolver.start(body, await resolver.prepare?.(body, startContext), startContext);
}

/** A session that is cancelled before its start: a later start finds the id taken. */
export function cancelledSessionStep(workflow: Workflow, { id, keyId }: Pick<NewSessionRequest, 'id' | 'keyId'>, at: number): Step {
  return startSession(workflow, { ...exampleStart(workflow), id, keyId }, { type: 'CANCEL' }, at);
}
