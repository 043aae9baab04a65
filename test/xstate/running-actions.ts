/** A demonstration for each feature of actions, guards, actors and delays that runs. */
import { expect } from 'vitest';
import { and, assign, cancel, enqueueActions, not, or, raise, stateIn } from 'xstate';
import { MachineFault } from '../../src/engine/errors.ts';
import { type Args, actors, type Given, guarded, isOne, never, paths, regions, run } from './feature-runs.ts';
import { t0 } from './machines.ts';

export const runningActions: Readonly<Record<string, () => void>> = {
  '`assign`': () => {
    const started = run({
      context: { n: 1, m: 1 },
      initial: 'a',
      states: { a: { on: { GO: { actions: [assign({ n: 2 }), assign(({ context }: Args) => ({ m: Number(context['n']) + 1 }))] } } } },
    });
    started.send('GO', { by: 3 });
    expect(started.session.context).toEqual({ n: 2, m: 3 });
  },
  '`raise` with a delay': () => {
    const heard = { actions: assign({ by: ({ event }: Args) => event['by'] } as never) };
    const a = {
      entry: [raise({ type: 'LATE', by: 2 } as never, { delay: 50 }), raise({ type: 'LATE', by: 9 } as never, { delay: 90 })],
      on: { LATE: heard },
    };
    const started = run({ context: { by: 0 }, initial: 'a', states: { a } });
    const seen = [49, 1, 39, 1].map((ms) => {
      started.pass(ms);
      return (started.session.context as Given)['by'];
    });
    expect([seen, started.history]).toEqual([
      [0, 2, 2, 9],
      ['start a', 'LATE a', 'LATE a'],
    ]);
  },
  '`cancel`': () => {
    const a = {
      entry: raise({ type: 'LATE' }, { id: 'late', delay: 'wait' as never }),
      on: { GO: { actions: cancel('late') }, LATE: 'b' },
    };
    const config = { initial: 'a', states: { a, b: {} } };
    const [left, kept] = [run(config, { delays: { wait: 5 } }), run(config, { delays: { wait: 5 } })];
    left.send('GO');
    for (const each of [left, kept]) each.pass(5);
    expect([left.path, kept.path]).toEqual(['a', 'b']);
  },
  '`enqueueActions`': () => {
    const go = enqueueActions(({ enqueue, check }) => {
      if (check(isOne as never)) enqueue.assign({ n: 2 } as never);
      enqueue.raise({ type: 'NEXT' });
      enqueue('tell' as never);
    });
    const started = run(
      { context: { n: 1 }, initial: 'a', states: { a: { on: { GO: { actions: go }, NEXT: 'b' } }, b: {} } },
      { actions: { tell: () => {} } },
    );
    started.send('GO');
    expect([started.path, started.session.context, started.session.tasks.map(({ src }) => src)]).toEqual(['b', { n: 2 }, ['tell']]);
    const hidden = run({
      initial: 'a',
      states: { a: { on: { GO: { target: 'b', actions: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'X' } as never)) } } }, b: {} },
    });
    expect(() => hidden.send('GO')).toThrow(MachineFault);
  },
  'a named action': () => {
    const started = run({ initial: 'a', states: { a: { entry: 'tell' } } }, { actions: { tell: () => {} } });
    expect(started.session.tasks).toMatchObject([{ src: 'tell', detached: true }]);
  },
  '`params`': () => {
    const entry = [
      { type: 'tell', params: { n: 1 } },
      { type: 'tell', params: ({ context }: Args) => ({ n: context['n'] }) },
    ];
    const started = run({ context: { n: 2 }, initial: 'a', states: { a: { entry } } }, { actions: { tell: () => {} } });
    expect(started.session.tasks.map(({ input }) => input)).toEqual([{ n: 1 }, { n: 2 }]);
  },
  'an inline guard': () => expect([guarded(isOne), guarded(never)]).toEqual(['b', 'a']),
  'a named guard': () => expect([guarded('is', { is: isOne }), guarded('is', { is: never })]).toEqual(['b', 'a']),
  'a guard with `params`': () => {
    const is = ({ context }: Args, { n }: { n: number }) => context['n'] === n;
    expect([1, 2].map((n) => guarded({ type: 'is', params: { n } }, { is }))).toEqual(['b', 'a']);
  },
  '`and`': () => expect([guarded(and([isOne, isOne] as never)), guarded(and([isOne, never] as never))]).toEqual(['b', 'a']),
  '`or`': () => expect([guarded(or([never, isOne] as never)), guarded(or([never, never] as never))]).toEqual(['b', 'a']),
  '`not`': () => expect([guarded(not(never as never)), guarded(not('is' as never), { is: isOne })]).toEqual(['b', 'a']),
  '`stateIn`': () => {
    const y = { initial: 'one', states: { one: { on: { LOOK: { guard: stateIn({ x: 'two' }), target: 'two' } } }, two: {} } };
    const machine = { type: 'parallel', states: { ...regions.states, y } };
    expect([paths(run(machine), 'LOOK').at(-1), paths(run(machine), 'GO', 'LOOK').at(-1)]).toEqual(['x.one|y.one', 'x.two|y.two']);
  },
  '`task()`': () => {
    const started = run({ initial: 'a', states: { a: { invoke: { id: 'w', src: 'work', onDone: 'b' } }, b: {} } }, { actors });
    started.end('w');
    expect([started.path, started.session.tasks]).toEqual(['b', []]);
  },
  'a child session': () => {
    const started = run(
      { initial: 'a', states: { a: { invoke: { id: 'w', src: 'work', onDone: 'b' } }, b: {} } },
      { actors },
      {},
      { children: { work: { shares: {} } } },
    );
    expect(started.session.tasks).toMatchObject([{ id: 'w', src: 'work', child: null }]);
  },
  '`onDone` of an invocation': () => {
    const onDone = {
      target: 'b',
      actions: assign({ got: ({ event }: Args) => [event['output'], event['outcome'], event['actorId']] } as never),
    };
    const config = { context: { got: null }, initial: 'a', states: { a: { invoke: { id: 'w', src: 'work', onDone } }, b: {} } };
    const started = run(config, { actors });
    started.end('w', { outcome: 'paid', amount: 12 });
    expect(started.session.context).toEqual({ got: [{ outcome: 'paid', amount: 12 }, 'paid', 'w'] });
    const parent = run(config, { actors }, {}, { children: { work: { shares: {} } } });
    parent.end('w', { outcome: 'verified', output: { sum: 3 } });
    expect(parent.session.context).toEqual({ got: [{ sum: 3 }, 'verified', 'w'] });
  },
  '`onError`': () => {
    const onError = { target: 'b', actions: assign({ got: ({ event }: Args) => event['error'] } as never) };
    const started = run(
      { context: { got: null }, initial: 'a', states: { a: { invoke: { id: 'w', src: 'work', onError } }, b: {} } },
      { actors },
    );
    started.fail('w', 'card-declined');
    expect([started.path, started.session.context]).toEqual([
      'b',
      { got: { code: 'card-declined', message: "The task 'w' failed: card-declined" } },
    ]);
  },
  'several invocations': () => {
    const inner = { initial: 'x', states: { x: { invoke: { id: 'in', src: 'other', onDone: 'y' } }, y: {} } };
    const started = run(
      {
        initial: 'a',
        states: {
          a: {
            ...inner,
            invoke: [
              { id: 'out', src: 'work', onDone: 'b' },
              { id: 'too', src: 'work' },
            ],
          },
          b: {},
        },
      },
      { actors },
    );
    started.end('in');
    expect([started.path, started.session.tasks.map(({ id }) => id)]).toEqual(['a.y', ['out', 'too']]);
    started.end('out');
    expect([started.path, started.session.tasks]).toEqual(['b', []]);
  },
  'a number of milliseconds': () => {
    const started = run({ initial: 'a', states: { a: { after: { 100: 'b' } }, b: {} } });
    started.pass(99);
    expect(paths(started)).toEqual(['a']);
    started.pass(1);
    expect([started.path, started.history.at(-1)]).toEqual(['b', 'after.100 b']);
  },
  'a named delay': () => {
    const started = run({ initial: 'a', states: { a: { after: { 'cool.down': 'b' } }, b: {} } }, { delays: { 'cool.down': 10 } });
    expect(started.session.timers[0]?.delay).toBe('cool.down');
    started.pass(10);
    expect([started.path, started.history.at(-1)]).toEqual(['b', 'after.cool.down b']);
  },
  'a delay as a function': () => {
    const started = run(
      { context: { minutes: 3 }, initial: 'a', states: { a: { after: { granted: 'b' } }, b: {} } },
      { delays: { granted: ({ context }: Args) => Number(context['minutes']) * 60_000 } },
    );
    expect(started.session.timers[0]?.dueAt).toBe(t0 + 180_000);
  },
};
