/**
 * Explores what can happen to a workflow's sessions, as far as a start may take, twice: in this world, and in one whose clock and chance
 * are others. A machine that fails on the way, or comes to something else the second time, is not what the engine can run.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { MachineFault } from '../errors.ts';
import type { Fault } from '../machines/fault.ts';
import { forgetAnswers } from '../machines/transitions.ts';
import { hearsFailure } from '../machines/xstate-transition.ts';
import { awaitedTasks, nextDueAt, type Session, statePath, type Task } from '../session.ts';
import { type Input, type NewSession, type Step, startSession, step } from '../steps/step.ts';

/** Steps of one workflow: as many as take a tenth of a second, and enough to enter each state of the workflows here. */
const mostSteps = 400;

const blank: NewSession = { id: '', keyId: '', sealed: null, startFingerprint: null };

/** Where each step led, by the state it was made in and what it was. */
type Seen = Map<string, { readonly state: string; readonly to: string }>;

interface Exploration {
  readonly faults: Map<string, Fault>;
  readonly seen: Seen;
}

/** @param others the workflows among which those are that it invokes */
export function explorationFaults(workflow: Workflow, others: readonly Workflow[]): Fault[] {
  const { faults, seen } = explored(workflow, others);
  const elsewhere = faults.size > 0 ? null : inAnotherWorld(() => explored(workflow, others));
  // The last answers are those of the other world, and none was compared.
  forgetAnswers(workflow.machine);
  if (elsewhere === null) return [...faults.values()];
  const different = [...seen].find(([key, { to }]) => elsewhere.seen.get(key)?.to !== to);
  if (!different) return [];
  const fault = 'an action, guard, delay or context depends on the time, on chance, or on what happened before: it is impure';
  return [{ workflow: workflow.name, state: different[1].state, fault }];
}

function explored(workflow: Workflow, others: readonly Workflow[]): Exploration {
  // The two explorations are compared: no single answer needs to be.
  forgetAnswers(workflow.machine, false);
  const exploration: Exploration = { faults: new Map(), seen: new Map() };
  const waiting = new Map(startsOf(workflow, exploration).map((session) => [keyOf(session), session]));
  // A map takes what is set while it is iterated.
  for (const [key, from] of waiting) {
    for (const { input, at, label } of movesOf(workflow, from, others)) {
      if (exploration.seen.size >= mostSteps) return exploration;
      const next = tried(exploration, workflow, `${key} ${label}`, statePath(from.value), () => step(workflow, from, input, at));
      if (next === null) continue;
      const reached = keyOf(next);
      if (!waiting.has(reached)) waiting.set(reached, next);
    }
  }
  return exploration;
}

function startsOf(workflow: Workflow, exploration: Exploration): Session[] {
  const { inputs = [undefined], events } = workflow.start;
  return inputs.flatMap((input) =>
    events.flatMap((firstEvent) => {
      const start = () => startSession(workflow, { ...blank, input }, firstEvent, 0);
      return tried(exploration, workflow, `start ${JSON.stringify([input, firstEvent])}`, '', start) ?? [];
    }),
  );
}

/** @returns the session after a step; null if the machine fails at it */
function tried({ faults, seen }: Exploration, { name }: Workflow, key: string, state: string, take: () => Step): Session | null {
  try {
    const { session, rejection } = take();
    seen.set(key, { state, to: JSON.stringify([keyOf(session), session.timers, rejection]) });
    return session;
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    faults.set(`${error.state} ${error.fault}`, { workflow: name, state: error.state, fault: error.fault });
    seen.set(key, { state, to: 'a fault' });
    return null;
  }
}

interface Move {
  readonly input: Input;
  readonly at: number;
  readonly label: string;
}

function movesOf(workflow: Workflow, session: Session, others: readonly Workflow[]): Move[] {
  if (session.status !== 'active') return [];
  const at = session.updatedAt;
  const events = Object.entries(workflow.events).flatMap(([type, { payloads }]) =>
    payloads.map(
      (payload): Move => ({ input: { kind: 'event', event: { ...payload, type } }, at, label: JSON.stringify([type, payload]) }),
    ),
  );
  const ends = awaitedTasks(session).flatMap((task) =>
    endsOf(workflow, task, others).map((input): Move => ({ input, at, label: JSON.stringify([task.id, input]) })),
  );
  const dueAt = nextDueAt({ ...session, tasks: [] });
  return [...events, ...ends, ...(dueAt === null ? [] : [{ input: { kind: 'time' } as const, at: dueAt, label: 'time' }])];
}

function endsOf({ machine, outcomes = {} }: Workflow, { generation, id, src, child }: Task, others: readonly Workflow[]): Input[] {
  const named = child === undefined ? (outcomes[src] ?? []) : finalStatesOf(others.find(({ name }) => name === src));
  const outputs = named.length > 0 ? named.map((outcome) => ({ outcome })) : [null];
  const failed: Input[] = hearsFailure(machine, id) ? [{ kind: 'task-failed', generation, reason: 'failed' }] : [];
  return [...outputs.map((output): Input => ({ kind: 'task-done', generation, output })), ...failed];
}

function finalStatesOf(workflow: Workflow | undefined): string[] {
  return Object.values(workflow?.machine.states ?? {}).flatMap(({ type, key }: { type: string; key: string }) =>
    type === 'final' ? [key] : [],
  );
}

/** The order of its timers, and not their times, so that a machine that waits has few sessions. */
function keyOf(session: Session): string {
  const { value, historyValue, context, status, timers } = session;
  const pending = [...timers].sort((a, b) => a.dueAt - b.dueAt).map(({ id }) => id);
  return JSON.stringify([statePath(value), historyValue, context, status, pending, awaitedTasks(session).map(({ id }) => id)]);
}

/** The beginning of 2001: whoever asks this clock gets another time than from the first. */
const otherTime = 978_307_200_000;

/** Never what `Math.random` gives. */
const otherChance = 1;

const otherDate = new Proxy(Date, {
  construct: (target, given, created) => Reflect.construct(target, given.length === 0 ? [otherTime] : given, created),
  apply: () => new Date(otherTime).toString(),
  get: (target, member, receiver) => (member === 'now' ? () => otherTime : Reflect.get(target, member, receiver)),
});

/** Runs something synchronous while the clock stands still elsewhere and chance is a constant. */
function inAnotherWorld<T>(run: () => T): T {
  const own = { Date: globalThis.Date, random: Math.random };
  Reflect.set(globalThis, 'Date', otherDate);
  Math.random = () => otherChance;
  try {
    return run();
  } finally {
    Reflect.set(globalThis, 'Date', own.Date);
    Math.random = own.random;
  }
}
