/**
 * The graph of a workflow as it can really happen: explored over the step function (a session with its timers and
 * tasks), not over the bare machine, where a 40-minute timer could fire before one of 90 seconds. Time passes by jumping
 * to the next due time; a task ends well or badly; every public event comes with each of its payloads.
 */
import { getAdjacencyMap } from '@xstate/graph';
import type { AnyActorLogic } from 'xstate';
import type { Workflow } from '../../machines/workflow.ts';
import { type Session, statePath } from '../../src/engine/session.ts';
import { type Input, startSession, step } from '../../src/engine/step.ts';

export interface GraphStep {
  readonly input: Input;
  readonly to: string;
}

/** A configuration: everything of a session that decides what can happen next. */
export interface Configuration {
  readonly key: string;
  readonly session: Session;
  readonly steps: readonly GraphStep[];
}

type Labelled = { readonly type: string; readonly input: Input };

/**
 * Explores the graph breadth-first. Deadlines count by their order alone, which keeps the graph finite and small: two
 * sessions whose timers fall due in the same order, with the same counters, can do the same things.
 */
export function exploreSteps(workflow: Workflow): ReadonlyMap<string, Configuration> {
  const birth = { id: '00000000-0000-7000-8000-000000000000', keyId: 'k', sealed: null, startFingerprint: null };
  // The graph package explores any pure function; the session is its snapshot, the input its event.
  const logic = {
    getInitialSnapshot: () => startSession(workflow, birth, {}, 0).session,
    transition: (session: Session, { input }: Labelled) => step(workflow, session, input, nowOf(session, input)).session,
  } as unknown as AnyActorLogic;
  const map = getAdjacencyMap(logic, {
    events: (session: Session) => inputsOf(workflow, session).map((input) => ({ type: JSON.stringify(input), input })),
    serializeState: (session: Session) => keyOf(session),
    serializeEvent: (event: Labelled) => event.type,
    limit: 100_000,
  } as object) as unknown as Record<string, { state: Session; transitions: Record<string, { event: Labelled; state: Session }> }>;
  return new Map(
    Object.entries(map).map(([key, { state, transitions }]) => {
      const steps = Object.values(transitions).map(({ event, state: next }) => ({ input: event.input, to: keyOf(next) }));
      return [key, { key, session: state, steps }];
    }),
  );
}

/** Everything that can happen to a session next. */
function inputsOf(workflow: Workflow, session: Session): Input[] {
  if (session.status !== 'active') return [];
  const events = Object.entries(workflow.events).flatMap(([type, { payloads }]) =>
    payloads.map((payload): Input => ({ kind: 'event', event: { ...payload, type } })),
  );
  const ends = session.tasks.flatMap(({ generation }): Input[] => [
    { kind: 'task-done', generation, output: null },
    { kind: 'task-failed', generation, reason: 'model' },
  ]);
  return [...events, ...ends, { kind: 'time' }];
}

function nowOf(session: Session, input: Input): number {
  return input.kind === 'time' ? Math.min(...session.timers.map(({ dueAt }) => dueAt)) : session.updatedAt;
}

function keyOf(session: Session): string {
  const order = [...session.timers].sort((a, b) => a.dueAt - b.dueAt).map(({ delay }) => delay);
  return JSON.stringify([statePath(session.value), session.context, order, session.tasks.map(({ id }) => id)]);
}
