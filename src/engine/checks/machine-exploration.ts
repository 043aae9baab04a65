/**
 * Explores a workflow's sessions up to a number of steps, twice: once normally, and once with another clock and other random numbers. The
 * engine cannot run a machine that fails on the way, or gives another result the second time.
 */
import type { Workflow } from '../../../machines/workflow.ts';
import { MachineFault } from '../errors.ts';
import type { Fault } from '../machines/fault.ts';
import { forgetAnswers } from '../machines/transitions.ts';
import { hearsFailure } from '../machines/xstate-transition.ts';
import { awaitedTasks, nextDueAt, type Session, statePath, type Task } from '../session.ts';
import { exampleStarts } from '../steps/example-start.ts';
import { type Input, type Step, startSession, step } from '../steps/step.ts';
import { outcomesOf } from '../tasks/handlers.ts';

/** The most steps for one workflow. They try each state of the workflows here. */
const mostSteps = 400;

/** After so many steps, only sessions in states that were not tried yet are explored: every start of a process makes these steps. */
const stepsInKnownStates = 150;

/** The result of each step, by the state before it and the input. */
type Seen = Map<string, { readonly state: string; readonly to: string }>;

interface Exploration {
  readonly faults: Map<string, Fault>;
  readonly seen: Seen;
}

/** @param others the workflows that the machine can invoke */
export function explorationFaults(workflow: Workflow, others: readonly Workflow[]): Fault[] {
  const { faults, seen } = explored(workflow, others);
  const elsewhere = faults.size > 0 ? null : inAnotherWorld(() => explored(workflow, others));
  // The memo holds answers of the second exploration, which no later call has compared.
  forgetAnswers(workflow.machine);
  if (elsewhere === null) return [...faults.values()];
  const different = [...seen].find(([key, { to }]) => elsewhere.seen.get(key)?.to !== to);
  if (!different) return [];
  const fault = 'an action, guard, delay or context depends on the time, on chance, or on what happened before: it is impure';
  return [{ workflow: workflow.name, state: different[1].state, fault }];
}

function explored(workflow: Workflow, others: readonly Workflow[]): Exploration {
  // The two explorations are compared, so single answers need not be.
  forgetAnswers(workflow.machine, false);
  const exploration: Exploration = { faults: new Map(), seen: new Map() };
  const waiting = new Map(startsOf(workflow, exploration).map((session) => [keyOf(session), session]));
  const known = new Set(waiting.keys());
  const triedStates = new Set<string>();
  for (let next = nextOf(waiting, triedStates, exploration); next !== null; next = nextOf(waiting, triedStates, exploration)) {
    const [key, from] = next;
    waiting.delete(key);
    triedStates.add(statePath(from.value));
    for (const { input, at, label } of movesOf(workflow, from, others)) {
      if (exploration.seen.size >= mostSteps) return exploration;
      const after = tried(exploration, workflow, `${key} ${label}`, statePath(from.value), () => step(workflow, from, input, at));
      if (after === null) continue;
      const lost = lostEnd(workflow, from, input, after, others);
      if (lost !== null) exploration.faults.set(`${lost.state} ${lost.fault}`, lost);
      const reached = keyOf(after);
      if (!known.has(reached)) waiting.set(reached, after);
      known.add(reached);
    }
  }
  return exploration;
}

/** The next session to explore: one in a state that was not tried yet, if there is one. */
function nextOf(waiting: ReadonlyMap<string, Session>, triedStates: ReadonlySet<string>, { seen }: Exploration): [string, Session] | null {
  const fresh = [...waiting].find(([, { value }]) => !triedStates.has(statePath(value)));
  if (fresh !== undefined) return fresh;
  const [first = null] = waiting;
  return seen.size < stepsInKnownStates ? first : null;
}

function startsOf(workflow: Workflow, exploration: Exploration): Session[] {
  return exampleStarts(workflow).flatMap((start) =>
    workflow.start.events.flatMap((firstEvent) => {
      const key = `start ${JSON.stringify([start.input, firstEvent])}`;
      return tried(exploration, workflow, key, '', () => startSession(workflow, start, firstEvent, 0)) ?? [];
    }),
  );
}

/** @returns the session after a step; null if the machine fails */
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

function endsOf(workflow: Workflow, task: Task, others: readonly Workflow[]): Input[] {
  const { machine } = workflow;
  const { generation, id, src, child } = task;
  const named = child === undefined ? outcomesOf(workflow, task) : finalStatesOf(others.find(({ name }) => name === src));
  const outputs = named.length > 0 ? named.map((outcome) => ({ outcome })) : [null];
  const failed: Input[] = hearsFailure(machine, id) ? [{ kind: 'task-failed', generation, reason: 'failed' }] : [];
  return [...outputs.map((output): Input => ({ kind: 'task-done', generation, output })), ...failed];
}

/**
 * The fault of a declared outcome after which the session waits for nothing: no transition takes it, and no event, timer or task can follow.
 * Such a session would never end.
 */
function lostEnd(workflow: Workflow, from: Session, input: Input, next: Session, others: readonly Workflow[]): Fault | null {
  if (input.kind !== 'task-done' || next.status !== 'active' || statePath(from.value) !== statePath(next.value)) return null;
  const task = from.tasks.find(({ generation }) => generation === input.generation);
  const { outcome } = (input.output ?? {}) as { readonly outcome?: string };
  if (task === undefined || outcome === undefined || isMoved(workflow, next, others)) return null;
  const fault = `nothing follows the outcome '${outcome}' of the task '${task.src}': give its onDone a transition for this outcome`;
  return { workflow: workflow.name, state: statePath(from.value), fault };
}

/** True if something can still change the session. */
function isMoved(workflow: Workflow, session: Session, others: readonly Workflow[]): boolean {
  return movesOf(workflow, session, others).some(({ input, at }) => {
    if (input.kind !== 'event') return true;
    try {
      return step(workflow, session, input, at).session !== session;
    } catch {
      return true;
    }
  });
}

function finalStatesOf(workflow: Workflow | undefined): string[] {
  return Object.values(workflow?.machine.states ?? {}).flatMap(({ type, key }: { type: string; key: string }) =>
    type === 'final' ? [key] : [],
  );
}

/** Identifies a session by the order of its timers, not their times, so that a waiting machine has few distinct sessions. */
function keyOf(session: Session): string {
  const { value, historyValue, context, status, timers } = session;
  const pending = [...timers].sort((a, b) => a.dueAt - b.dueAt).map(({ id }) => id);
  return JSON.stringify([statePath(value), historyValue, context, status, pending, awaitedTasks(session).map(({ id }) => id)]);
}

/** The beginning of 2001, so that a machine that reads the clock gets another answer than in the first exploration. */
const otherTime = 978_307_200_000;

/** `Math.random` never returns 1. */
const otherChance = 1;

const otherDate = new Proxy(Date, {
  construct: (target, given, created) => Reflect.construct(target, given.length === 0 ? [otherTime] : given, created),
  apply: () => new Date(otherTime).toString(),
  get: (target, member, receiver) => (member === 'now' ? () => otherTime : Reflect.get(target, member, receiver)),
});

/** Runs synchronous code with a stopped clock at another time, and a constant in place of random numbers. */
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
