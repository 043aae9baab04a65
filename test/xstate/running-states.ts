/** A demonstration for each feature of states and transitions that runs. Between any two steps the session is stored and read again. */
import { expect } from 'vitest';
import { assign } from 'xstate';
import { notifyParent } from '../../src/engine/children/child-tasks.ts';
import { stateDescriptions } from '../../src/http/openapi/state-descriptions.ts';
import { activeStates } from '../../src/http/sessions/active-states.ts';
import { type Args, actors, add, guarded, isOne, logged, never, paths, regions, run, toggle } from './feature-runs.ts';
import { t0 } from './machines.ts';
import { machineOf } from './refused-features.ts';

export const runningStates: Readonly<Record<string, () => void>> = {
  '`context`': () => {
    const started = run({ context: { held: { list: [1, null, 'x'] } }, initial: 'a', states: toggle });
    expect(started.session.context).toEqual({ held: { list: [1, null, 'x'] } });
  },
  '`context` as a function': () => {
    const context = ({ input }: { input: { n: number } }) => ({ twice: input.n * 2 });
    expect(run({ context, initial: 'a', states: toggle }, {}, { input: { n: 4 } }).session.context).toEqual({ twice: 8 });
  },
  '`input`': () => {
    const invoke = { id: 'w', src: 'work', input: ({ context }: Args) => ({ n: context['n'] }) };
    expect(run({ context: { n: 7 }, initial: 'a', states: { a: { invoke } } }, { actors }).session.tasks[0]).toMatchObject({
      id: 'w',
      input: { n: 7 },
    });
  },
  '`output`': () => {
    const states = { a: { on: { GO: 'end' } }, end: { type: 'final' } };
    const config = { context: { n: 3 }, initial: 'a', states, output: ({ context }: Args) => ({ sum: context['n'] }) };
    const child = run(config, {}, { parent: { workflow: 'p', id: 'p', generation: 1 } });
    child.send('GO');
    expect(child.session.tasks[0]).toMatchObject({ src: notifyParent, input: { outcome: 'end', output: { sum: 3 } } });
    const inner = {
      initial: 'x',
      states: { x: { type: 'final', output: 5 } },
      onDone: { target: 'b', actions: assign({ n: ({ event }: Args) => event['output'] } as never) },
    };
    const outer = run({ context: { n: 0 }, initial: 'a', states: { a: inner, b: {} } });
    expect([outer.path, outer.session.context]).toEqual(['b', { n: 5 }]);
  },
  '`id`': () =>
    expect(
      paths(run({ initial: 'a', states: { a: { on: { GO: '#there' } }, b: { initial: 'c', states: { c: { id: 'there' } } } } }), 'GO'),
    ).toEqual(['a', 'b.c']),
  '`initial`': () => {
    const started = run({ context: { log: [] }, initial: { target: 'a', actions: add('first') }, states: toggle });
    expect([started.path, logged(started)]).toEqual(['a', ['first']]);
  },
  '`states`': () => expect(paths(run({ initial: 'a', states: toggle }), 'GO', 'BACK')).toEqual(['a', 'b', 'a']),
  "`type: 'parallel'`": () =>
    expect(paths(run({ initial: 'p', states: { p: regions } }), 'GO')).toEqual(['p.x.one|p.y.one', 'p.x.two|p.y.one']),
  "`type: 'final'`": () => {
    const started = run({ initial: 'a', states: { a: { on: { GO: 'end' } }, end: { type: 'final' } } });
    started.send('GO');
    expect([started.session.status, started.session.endedAt]).toEqual(['done', t0]);
  },
  "`type: 'history'`": () => {
    const inside = { initial: 'a', states: { ...toggle, back: { type: 'history' } }, on: { OUT: 'outside' } };
    expect(paths(run({ initial: 'inside', states: { inside, outside: { on: { IN: 'inside.back' } } } }), 'GO', 'OUT', 'IN').at(-1)).toBe(
      'inside.b',
    );
  },
  '`history`': () => {
    const deeper = { initial: 'x', states: { x: { on: { NEXT: 'y' } }, y: {} } };
    const inside = {
      initial: 'a',
      states: { a: { on: { GO: 'b' } }, b: deeper, deep: { type: 'history', history: 'deep' }, shallow: { history: true } },
      on: { OUT: 'outside' },
    };
    const machine = { initial: 'inside', states: { inside, outside: { on: { DEEP: 'inside.deep', SHALLOW: 'inside.shallow' } } } };
    expect(['DEEP', 'SHALLOW'].map((event) => paths(run(machine), 'GO', 'NEXT', 'OUT', event).at(-1))).toEqual([
      'inside.b.y',
      'inside.b.x',
    ]);
  },
  '`target`': () => {
    const inside = { initial: 'a', states: { a: {}, b: {}, back: { type: 'history', target: 'b' } } };
    expect(paths(run({ initial: 'outside', states: { inside, outside: { on: { IN: 'inside.back' } } } }), 'IN').at(-1)).toBe('inside.b');
  },
  '`on`': () => expect(run({ initial: 'a', states: toggle }).send('UNKNOWN').rejection).toEqual({ kind: 'not-accepted' }),
  '`entry`': () =>
    expect(logged(run({ context: { log: [] }, entry: add('root'), initial: 'a', states: { a: { entry: [add('a'), add('b')] } } }))).toEqual(
      ['root', 'a', 'b'],
    ),
  '`exit`': () => {
    const started = run({ context: { log: [] }, initial: 'a', states: { a: { exit: add('left'), on: { GO: 'b' } }, b: {} } });
    started.send('GO');
    expect(logged(started)).toEqual(['left']);
  },
  '`invoke`': () => {
    const started = run(
      { initial: 'a', states: { a: { invoke: { id: 'w', src: 'work', onDone: 'b' }, on: { GO: 'b' } }, b: {} } },
      { actors },
    );
    started.send('GO');
    expect([started.path, started.session.tasks]).toEqual(['b', []]);
  },
  '`onDone`': () => {
    const region = { initial: 'x', states: { x: { on: { GO: 'y' } }, y: { type: 'final' } } };
    const both = {
      type: 'parallel',
      states: { one: region, two: { initial: 'x', states: { x: { on: { END: 'y' } }, y: { type: 'final' } } } },
      onDone: 'c',
    };
    expect(paths(run({ initial: 'a', states: { a: { ...region, onDone: 'b' }, b: both, c: {} } }), 'GO', 'GO', 'END').at(-1)).toBe('c');
  },
  '`tags`': () => {
    const started = run({ initial: 'a', tags: ['any'], states: { a: { tags: ['busy', 'any'], on: { GO: 'b' } }, b: {} } });
    const tags = () => activeStates(started.workflow, started.session);
    expect(tags()).toEqual({ tags: ['any', 'busy'] });
    started.send('GO');
    expect(tags()).toEqual({ tags: ['any'] });
  },
  '`meta`': () =>
    expect(stateDescriptions(machineOf({ initial: 'a', states: { a: { meta: { screen: 'code-entry' } } } }))[0]?.screen).toBe('code-entry'),
  '`description`': () =>
    expect(stateDescriptions(machineOf({ initial: 'a', states: { a: { description: 'Waits.' } } }))[0]?.description).toBe('Waits.'),
  '`order`': () => expect(run({ initial: 'a', states: { a: { order: 9 }, b: {} } }).path).toBe('a'),
  '`parent`': () => expect(run({ initial: 'a', states: { a: { parent: undefined } } }).path).toBe('a'),
  '`version`': () => expect(run({ version: '9', initial: 'a', states: toggle }).session.version).toBe(1),
  '`guard`': () => expect([guarded(isOne), guarded(never)]).toEqual(['b', 'a']),
  '`actions`': () => {
    const started = run({ context: { log: [] }, initial: 'a', states: { a: { on: { GO: { actions: [add('1'), add('2')] } } } } });
    started.send('GO');
    expect(logged(started)).toEqual(['1', '2']);
  },
  '`reenter`': () => {
    const a = { after: { wait: 'b' }, on: { STAY: { target: 'a' }, AGAIN: { target: 'a', reenter: true } } };
    const due = (event: string) => {
      const started = run({ initial: 'a', states: { a, b: {} } }, { delays: { wait: 100 } });
      started.now += 10;
      started.send(event);
      return (started.session.timers[0]?.dueAt ?? 0) - t0;
    };
    expect([due('STAY'), due('AGAIN')]).toEqual([100, 110]);
  },
  'several targets': () => {
    const p = { ...regions, id: 'p' };
    expect(
      paths(
        run({ initial: 'a', states: { a: { on: { GO: { target: ['#m.p.x.two', '#m.p.y.two'] } } }, p: { ...p, id: 'm.p' } } }),
        'GO',
      ).at(-1),
    ).toBe('p.x.two|p.y.two');
  },
  '`*`': () =>
    expect(paths(run({ initial: 'a', states: { a: { on: { '*': 'b', GO: 'c' } }, b: {}, c: {} } }), 'ANYTHING').at(-1)).toBe('b'),
  '`mouse.*`': () => {
    const a = { on: { 'mouse.*': 'b' } };
    expect(
      ['mouse.up', 'mouse.up.left', 'mousetrap'].map((type) => paths(run({ initial: 'a', states: { a, b: {} } }), type).at(-1)),
    ).toEqual(['b', 'b', 'a']);
  },
  'a forbidden event': () =>
    expect(paths(run({ initial: 'a', on: { GO: '.b' }, states: { a: { on: { GO: undefined } }, b: {} } }), 'GO').at(-1)).toBe('a'),
};
