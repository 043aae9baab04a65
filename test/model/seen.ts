/** The observation of a session: as the model expects it, and as an answer over HTTP shows it. */
import type { MachineEvent, Workflow } from '../../machines/workflow.ts';
import type { Rejection, Session } from '../../src/engine/session.ts';
import { statePath } from '../../src/engine/session.ts';
import { publicEventName } from '../../src/http/sessions/representation.ts';
import { viewerOf } from '../../src/testing/drive/model.ts';
import type { Answer } from '../../src/testing/drive/requests.ts';
import type { Stepper } from '../../src/testing/graph/move.ts';
import { isPrecondition, type ScheduledStep } from '../../src/testing/graph/schedule.ts';
import type { Json } from '../support/service.ts';
import type { Facts } from './facts.ts';
import type { Said, Seen } from './observation.ts';

/** A workflow, the functions that run it, and its promises. */
export interface Model {
  readonly workflow: Workflow;
  readonly stepper: Stepper;
  readonly facts: Facts;
}

interface Moment {
  readonly at: number;
  readonly session: Session;
  readonly rejection: Rejection | null;
}

/** The address to which a person is sent. The model knows only whether there is one. */
const providerAddress = 'the provider';

/** The methods of the sandbox's factor. */
const factorMethods = 'otp mfa';

/** The expected observation. */
export function expectedObservation(
  { workflow, stepper, facts }: Model,
  { session, rejection, at }: Moment,
  viewer = viewerOf(workflow, 'look'),
): Seen {
  const dueAt = (name: string): number | null => {
    const delay = Object.entries(workflow.deadlines).find(([, known]) => known === name)?.[0];
    return session.timers.find((timer) => timer.delay === delay)?.dueAt ?? null;
  };
  const data = workflow.view.of({ context: session.context, masked: { authorizationUrl: providerAddress }, viewer });
  const state = statePath(session.value);
  const until = rejection?.kind === 'refused' ? rejection.until : null;
  const { success } = workflow;
  const hasResult = session.endedAt !== null && state === success?.outcome && at < session.endedAt + facts.resultLifetimeMs;
  return {
    viewer,
    problem: rejection === null ? null : rejection.kind === 'refused' ? rejection.code : 'event-not-accepted',
    retryAfterSeconds: until === null ? null : Math.ceil((until - at) / 1000),
    state,
    status: session.status,
    outcome: session.status === 'done' ? state : null,
    channel: (data['channel'] as string | undefined) ?? null,
    deliveryFailure: (data['deliveryFailure'] as string | undefined) ?? null,
    attemptsLeft: (data['attemptsLeft'] as number | undefined) ?? null,
    sendsLeft: (data['sendsLeft'] as number | undefined) ?? null,
    expiresAt: dueAt('expiresAt'),
    canResendAt: dueAt('canResendAt'),
    endsAt: dueAt('endsAt'),
    events: stepper.acceptedEvents(workflow, session, [viewer]).map(publicEventName),
    hasResult,
    methods: hasResult ? methodsOf(workflow, session) : null,
    trustsDevice: hasResult && session.context['trustDevice'] === true,
    triesLeft: (data['triesLeft'] as number | undefined) ?? null,
    isAtProvider: data['authorizationUrl'] === providerAddress,
    linkFailure: (data['linkFailure'] as string | undefined) ?? null,
    linkExpiresAt: dueAt('linkExpiresAt'),
  };
}

/** The methods that a login proves. The unlock of a device is no login, but proves a passkey. */
function methodsOf({ success }: Workflow, { context }: Session): string | null {
  if (success?.claims.includes('unlock')) return [context['hardware'] === true ? 'hwk' : 'swk', 'user', 'mfa'].join();
  return success?.login?.(context, { methods: factorMethods }).methods.join() ?? null;
}

/** The observation in an answer. @param t0 the run's start on the service's clock @param viewer the party that received the answer */
export function seenIn({ status, headers, body }: Answer, t0: number, viewer: string): Seen {
  const problem = status >= 400;
  const view: Json = problem ? body.session : body;
  if (!view) throw new Error(`${status} without a session: ${JSON.stringify(body)}`);
  const retryAfter = headers.get('retry-after');
  const time = (text: string | null): number | null => (text === null ? null : Date.parse(text) - t0);
  return {
    viewer,
    problem: problem ? (body.code ?? null) : null,
    retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
    state: view.state,
    status: view.status,
    outcome: view.outcome,
    channel: view.data.channel ?? null,
    deliveryFailure: view.data.deliveryFailure ?? null,
    attemptsLeft: view.data.attemptsLeft ?? null,
    sendsLeft: view.data.sendsLeft ?? null,
    expiresAt: time(view.expiresAt ?? null),
    canResendAt: time(view.canResendAt ?? null),
    endsAt: time(view.endsAt ?? null),
    events: view.events.map(({ type }: { type: string }) => type),
    hasResult: view.result !== null,
    methods: view.result === null ? null : (claimsOf(view.result.token).amr?.join() ?? null),
    trustsDevice: view.deviceToken !== undefined,
    triesLeft: view.data.triesLeft ?? null,
    isAtProvider: (view.data.authorizationUrl ?? null) !== null,
    linkFailure: view.data.linkFailure ?? null,
    linkExpiresAt: time(view.linkExpiresAt ?? null),
  };
}

function claimsOf(token: string): Json {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** A request in the oracle's words; null for a read, which changes nothing. */
export function saidBy({ does, before }: Pick<ScheduledStep, 'does' | 'before'>, opening: MachineEvent | null): Said | null {
  if (does === 'look') return null;
  if (does === 'start') return { ...opening, ...(opening?.type === 'THROTTLE' ? { throttled: true } : {}), event: 'start' };
  const precondition = before !== null && isPrecondition(before.outcome) ? { precondition: before.outcome } : {};
  if ('child' in does) return { ...precondition, event: 'child', outcome: does.child };
  if ('task' in does) return null;
  return { ...does.payload, ...precondition, event: publicEventName(does.type) };
}
