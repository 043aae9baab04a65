/** A demonstration for each feature that runs up to a limit. */
import { expect } from 'vitest';
import { type AnyStateMachine, assign, raise } from 'xstate';
import { mostMicrosteps, mostTimersPerCommit } from '../../src/engine/machines/machine-limits.ts';
import { type Args, looping, paths, run } from './feature-runs.ts';
import { Run, workflowOf } from './machines.ts';
import { machineOf } from './refused-features.ts';

export const boundedFeatures: Readonly<Record<string, () => void>> = {
  '`always`': () => {
    const counting = (most: number): AnyStateMachine =>
      machineOf({
        context: { n: 0 },
        initial: 'a',
        states: {
          a: { on: { GO: 'b' } },
          b: {
            always: {
              guard: ({ context }: Args) => Number(context['n']) < most,
              actions: assign({ n: ({ context }: Args) => Number(context['n']) + 1 } as never),
            },
          },
        },
      });
    const short = new Run(workflowOf(counting(mostMicrosteps - 1)));
    short.send('GO');
    expect(short.session.context).toEqual({ n: mostMicrosteps - 1 });
    expect(() => new Run(workflowOf(counting(mostMicrosteps))).send('GO')).toThrow('1000 microsteps');
  },
  '`after`': () => {
    const started = run({ initial: 'a', states: { a: { after: { 1: { target: 'a', reenter: true } } } } });
    expect(started.pass(10_000).history.length).toBe(mostTimersPerCommit);
  },
  '`options.maxIterations`': () => {
    expect(() => run({ ...looping, options: { maxIterations: 5 } }).send('GO')).toThrow('5 microsteps');
    expect(() => run({ ...looping, options: { maxIterations: 1e9 } }).send('GO')).toThrow('1000 microsteps');
  },
  '`raise`': () => {
    const once = { on: { GO: { actions: raise({ type: 'NEXT' }) }, NEXT: 'b' } };
    expect(paths(run({ initial: 'a', states: { a: once, b: {} } }), 'GO').at(-1)).toBe('b');
    const ever = { on: { GO: { actions: raise({ type: 'GO' }) } } };
    expect(() => run({ initial: 'a', states: { a: ever } }).send('GO')).toThrow('1000 microsteps');
  },
  '`after: 0`': () => {
    const started = run({ initial: 'a', states: { a: { after: { 0: 'b' } }, b: {} } });
    started.pass(0);
    expect(started.path).toBe('b');
    expect(() => run({ initial: 'a', states: { a: { after: { 0: { target: 'a', reenter: true } } } } }).pass(1)).toThrow('without end');
  },
  'many overdue timers, as after an outage': () => {
    const started = run({ initial: 'a', states: { a: { after: { 1000: { target: 'a', reenter: true } } } } });
    const portions = [started.pass(300_000), started.pass(0)].map(({ history }) => history.length);
    expect(portions).toEqual([mostTimersPerCommit, 300 - mostTimersPerCommit]);
  },
};
