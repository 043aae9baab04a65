/** The observation of a session of any workflow: as its machine expects it, and as an answer over HTTP shows it. */
import { isDeepStrictEqual } from 'node:util';
import type { Workflow } from '../../../machines/workflow.ts';
import { type Session, statePath } from '../../engine/session.ts';
import { publicEventName } from '../../http/sessions/representation.ts';
import type { Answer } from '../drive/requests.ts';
import { sessionIn } from '../drive/settled-answer.ts';
import type { Stepper } from '../graph/move.ts';
import type { ScheduledStep } from '../graph/schedule.ts';

export interface Observation {
  readonly viewer: string;
  /** The problem's code; null for a success. */
  readonly problem: string | null;
  readonly retryAfterSeconds: number | null;
  readonly state: string;
  readonly status: string;
  readonly outcome: string | null;
  /** The data that do not depend on personal details. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The pending deadlines, by their public names, on the run's clock. */
  readonly deadlines: Readonly<Record<string, number | null>>;
  /** Kebab-case names of the accepted events, in alphabetical order. */
  readonly events: readonly string[];
  readonly hasResult: boolean;
}

export interface Observed {
  readonly workflow: Workflow;
  readonly stepper: Stepper;
  /** The lifetime of a signed result. */
  readonly resultLifetimeMs: number;
}

export function expectedObservation(
  { workflow, stepper, resultLifetimeMs }: Observed,
  { session, rejection, at }: Pick<ScheduledStep, 'at' | 'session' | 'rejection'>,
  viewer: string,
): Observation {
  const state = statePath(session.value);
  const until = rejection?.kind === 'refused' ? rejection.until : null;
  const { success } = workflow;
  return {
    viewer,
    problem: rejection === null ? null : rejection.kind === 'refused' ? rejection.code : 'event-not-accepted',
    retryAfterSeconds: until === null ? null : Math.ceil((until - at) / 1000),
    state,
    status: session.status,
    outcome: session.status === 'done' ? state : null,
    data: plainData(workflow, session.context, viewer),
    deadlines: Object.fromEntries(
      Object.entries(workflow.deadlines).map(([delay, name]) => [
        name,
        session.timers.find((timer) => timer.delay === delay)?.dueAt ?? null,
      ]),
    ),
    events: stepper.acceptedEvents(workflow, session, [viewer]).map(publicEventName).sort(),
    hasResult: viewer === 'holder' && session.endedAt !== null && state === success?.outcome && at < session.endedAt + resultLifetimeMs,
  };
}

/** @param t0 the run's start on the service's clock */
export function observationIn({ workflow }: Pick<Observed, 'workflow'>, answer: Answer, t0: number, viewer: string): Observation {
  const session = sessionIn(answer);
  const { state, status, outcome, data, events, result } = session;
  const retryAfter = answer.headers.get('retry-after');
  const time = (text: unknown): number | null => (typeof text === 'string' ? Date.parse(text) - t0 : null);
  return {
    viewer,
    problem: answer.status >= 400 ? (answer.body.code ?? '') : null,
    retryAfterSeconds: retryAfter === null ? null : Number(retryAfter),
    state,
    status,
    outcome,
    data,
    deadlines: Object.fromEntries(Object.values(workflow.deadlines).map((name) => [name, time(session[name])])),
    events: events.map(({ type }) => type).sort(),
    hasResult: result !== null,
  };
}

/** True if the observations agree. The service's data also has personal details, of which the machine knows nothing. */
export function agrees({ data: expectedData, ...expected }: Observation, { data, ...seen }: Observation): boolean {
  const same = Object.entries(expectedData).every(([name, value]) => isDeepStrictEqual(value, data[name]));
  return same && isDeepStrictEqual(expected, seen);
}

/** The data that are the same with and without personal details, as JSON shows them. */
function plainData(workflow: Workflow, context: Session['context'], viewer: string): Record<string, unknown> {
  const viewed = (masked: Readonly<Record<string, string>>) => JSON.parse(JSON.stringify(workflow.view.of({ context, masked, viewer })));
  const without = viewed({});
  const withAll = viewed(new Proxy({}, { get: (_, name) => `the ${String(name)}` }));
  return Object.fromEntries(Object.entries(without).filter(([name, value]) => isDeepStrictEqual(value, withAll[name])));
}
