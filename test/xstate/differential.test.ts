/**
 * Random machines and random events, through XState's own actor with a simulated clock, and through the step with a store and a reload
 * between any two steps: the same states, contexts, actions and timers.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, SimulatedClock } from 'xstate';
import { MachineFault } from '../../src/engine/errors.ts';
import { inMachineOrder } from '../../src/engine/machines/state-value.ts';
import { awaitedTasks } from '../../src/engine/session.ts';
import { Run, workflowOf } from './machines.ts';
import { eventTypes, randomMachine } from './random-machines.ts';

type Move = { readonly send: string } | { readonly pass: number } | { readonly end: number; readonly well: boolean };

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ send: fc.constantFrom(...eventTypes, 'UNKNOWN') }) },
  { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 120 }) }) },
  { weight: 2, arbitrary: fc.record({ end: fc.nat(5), well: fc.boolean() }) },
);

/**
 * XState's actor processes regions in the order in which their states were last entered, and some transitions to a history state leave it
 * without the states around the active ones. After a store and a reload by XState itself, both effects are gone. The step always works as
 * after a restart, in the order of the machine, and so does this actor.
 */
function asRestored(machine: AnyStateMachine): AnyStateMachine {
  const transition = machine.transition;
  machine.transition = (snapshot, event, scope) => {
    const { context, historyValue, status } = snapshot;
    const { value } = inMachineOrder(machine, { value: snapshot.value, historyValue: null });
    const restored: AnyMachineSnapshot = machine.resolveState({ value: value as typeof snapshot.value, context, historyValue, status });
    restored._nodes.sort((a, b) => a.order - b.order);
    const given: AnyMachineSnapshot = Object.assign({}, snapshot, { value, _nodes: restored._nodes });
    const next = transition(given, event, scope);
    return next === given ? snapshot : next;
  };
  return machine;
}

class Theirs {
  readonly told: unknown[] = [];
  readonly #clock = new SimulatedClock();
  readonly #actor;

  constructor(seed: number) {
    const machine = asRestored(randomMachine(seed, (_, params) => this.told.push(params)));
    this.#actor = createActor(machine, { clock: this.#clock });
    this.#actor.subscribe({ error: () => {} });
    // In memory, a timer that is set again without being cancelled fires twice; stored, there is one timer per id.
    const { scheduler } = this.#actor.system;
    const schedule = scheduler.schedule;
    scheduler.schedule = (source, target, event, delay, id) => {
      if (id !== undefined) scheduler.cancel(source, id);
      schedule(source, target, event, delay, id);
    };
    this.#actor.start();
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#actor.getSnapshot();
  }

  send(event: { type: string }): void {
    if (this.snapshot.status === 'active') this.#actor.send(event);
  }

  /** A millisecond apart: the clock sets the timers of a step only at the end of the passed time. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 1) this.#clock.increment(1);
  }

  get pending(): string[] {
    if (this.snapshot.status !== 'active') return [];
    const { _scheduledEvents: scheduled } = this.#actor.system.getSnapshot();
    return Object.values(scheduled).map(({ event }) => (event as { type: string }).type);
  }
}

/** The detached tasks of the step's session, in order. */
function toldBy(run: Run): unknown[] {
  return run.session.tasks.filter(({ detached }) => detached).map(({ input }) => input);
}

/** @returns true if both machines continue */
function agree(run: Run, theirs: Theirs, take: () => void): boolean {
  let failed = false;
  try {
    take();
  } catch (error) {
    if (!(error instanceof MachineFault)) throw error;
    failed = true;
  }
  const { snapshot } = theirs;
  expect(failed).toBe(snapshot.status === 'error');
  if (failed) return false;
  const { value, context, status, timers } = run.session;
  expect({ value, context, status, told: toldBy(run) }).toEqual({
    value: snapshot.value,
    context: snapshot.context,
    status: snapshot.status,
    told: theirs.told,
  });
  if (status === 'active') expect(timers.map(({ event }) => event).sort()).toEqual(theirs.pending.sort());
  return status === 'active';
}

/** XState's simulated clock does not define the order of timers that are due at one moment. */
function hasTie(run: Run): boolean {
  const due = run.session.timers.map(({ dueAt }) => dueAt);
  return new Set(due).size < due.length;
}

function move(run: Run, theirs: Theirs, made: Move): boolean {
  if ('send' in made) {
    theirs.send({ type: made.send });
    return agree(run, theirs, () => run.send(made.send));
  }
  if ('pass' in made) {
    for (let passed = 0; passed < made.pass; passed += 1) {
      if (hasTie(run)) return false;
      theirs.pass(1);
      if (!agree(run, theirs, () => run.pass(1))) return false;
    }
    return true;
  }
  const tasks = awaitedTasks(run.session);
  const task = tasks[made.end % Math.max(1, tasks.length)];
  if (!task) return true;
  const { id } = task;
  if (made.well) theirs.send(Object.assign({ type: `xstate.done.actor.${id}` }, { output: { n: 1 }, actorId: id }));
  else theirs.send(Object.assign({ type: `xstate.error.actor.${id}` }, { error: {}, actorId: id }));
  return agree(run, theirs, () => (made.well ? run.end(id, { n: 1 }) : run.fail(id, 'failed')));
}

test('the step has the same result as XState’s actor', () => {
  let together = 0;
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.array(moves, { maxLength: 25 }), (seed, made) => {
      const theirs = new Theirs(seed);
      const workflow = workflowOf(randomMachine(seed));
      if (theirs.snapshot.status === 'error') {
        expect(() => new Run(workflow)).toThrow(MachineFault);
        return;
      }
      const run = new Run(workflow);
      if (!agree(run, theirs, () => {})) return;
      for (const each of made) {
        together += 1;
        if (!move(run, theirs, each)) break;
      }
    }),
    { numRuns: 100 },
  );
  expect(together).toBeGreaterThan(200);
});
