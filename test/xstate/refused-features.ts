/** A machine for each feature of XState that the start refuses, with the state and the fault that its line names. */
import {
  type AnyStateMachine,
  assign,
  createEmptyActor,
  createMachine,
  emit,
  forwardTo,
  fromCallback,
  fromEventObservable,
  fromObservable,
  fromPromise,
  fromTransition,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stop,
  stopChild,
} from 'xstate';
import { task } from '../../machines/workflow.ts';

export interface Refused {
  readonly machine: AnyStateMachine;
  /** The state with the fault. */
  readonly state: string;
  readonly fault: RegExp;
}

const nothing = () => ({ subscribe: () => ({ unsubscribe: () => {} }) });

/** XState's types allow only valid machines; these are invalid on purpose, so their configuration is untyped. */
type Config = Parameters<typeof createMachine>[0];
type Implementations = { actions?: object; actors?: object; guards?: object; delays?: object };

export function machineOf(config: object, implementations: Implementations = {}): AnyStateMachine {
  return setup(implementations as Parameters<typeof setup>[0]).createMachine(config as never) as unknown as AnyStateMachine;
}

/** The action in a transition of `a.b`, and in an entry that is reached only later. */
function acting(action: unknown, fault: RegExp, implementations: Implementations = {}): Refused {
  const config = { initial: 'a', states: { a: { initial: 'b', states: { b: { on: { GO: { actions: action } } } } } } };
  return { machine: machineOf(config, implementations), state: 'a.b', fault };
}

function invoking(invoke: object, fault: RegExp, actors: object = {}): Refused {
  return { machine: machineOf({ initial: 'a', states: { a: { on: { GO: 'b' } }, b: { invoke } } }, { actors }), state: 'b', fault };
}

function asking(value: object, fault: RegExp): Refused {
  const guard = stateIn(value as never);
  return { machine: machineOf({ initial: 'a', states: { a: { on: { GO: { guard, target: 'a' } } } } }), state: 'a', fault };
}

const inMemory = /runs in memory/;

export const refusedFeatures: Readonly<Record<string, Refused>> = {
  '`route`': {
    machine: machineOf({ id: 'm', initial: 'a', states: { a: { id: 'a', route: {} } } }),
    state: 'a',
    fault: /route/,
  },
  'a name with `.` or `|`': { machine: machineOf({ initial: 'a|b', states: { 'a|b': {} } }), state: 'a|b', fault: /can't be named 'a\|b'/ },
  'an inline action': acting(() => {}, /inline action/),
  'an implementation of a named action': acting('work', /'work' has an implementation/, { actions: { work: () => process.uptime() } }),
  '`emit`': acting(emit({ type: 'X' }), /emits/),
  '`log`': acting(log('x'), /logs/),
  '`sendTo`': acting(sendTo('x', { type: 'X' }), /sendTo/),
  '`sendParent`': acting(sendParent({ type: 'X' }), /sendParent/),
  '`forwardTo`': acting(forwardTo('x'), /forwardTo/),
  '`spawnChild`': acting(spawnChild('x' as never), /spawns/),
  '`stopChild`': acting(stopChild('x'), /stops/),
  '`stop`': acting(stop('x'), /stops/),
  '`spawn`': acting(assign({ held: ({ spawn }: { spawn: (logic: unknown) => unknown }) => spawn(task()) } as never), /spawned/),
  '`fromPromise`': invoking({ src: 'work' }, inMemory, { work: fromPromise(async () => {}) }),
  '`fromCallback`': invoking({ src: 'work' }, inMemory, { work: fromCallback(() => {}) }),
  '`fromObservable`': invoking({ src: 'work' }, inMemory, { work: fromObservable(nothing as never) }),
  '`fromEventObservable`': invoking({ src: 'work' }, inMemory, { work: fromEventObservable(nothing as never) }),
  '`fromTransition`': invoking({ src: 'work' }, inMemory, { work: fromTransition((state) => state, null) }),
  '`createEmptyActor`': invoking({ src: 'work' }, inMemory, { work: createEmptyActor() }),
  'a machine as an actor': invoking({ src: 'work' }, inMemory, { work: createMachine({} as Config) }),
  'an inline actor': invoking({ src: fromPromise(async () => {}) }, /inline actor/),
  'an actor that is not declared': invoking({ src: 'work' }, /not declared/),
  '`systemId`': invoking({ src: 'work', systemId: 'x' }, /systemId/, { work: task() }),
  '`onSnapshot`': invoking({ src: 'work', onSnapshot: 'a' }, /onSnapshot/, { work: task() }),
  'NaN, negative and endless delays': {
    machine: machineOf({ initial: 'a', states: { a: { after: { [-5]: 'a' } } } }),
    state: 'a',
    fault: /-5 is not from 0/,
  },
};

/** Further faults of written machines. */
export const otherFaults: Readonly<Record<string, Refused>> = {
  'a delay that is not declared': {
    machine: machineOf({ initial: 'a', states: { a: { after: { wait: 'a' } } } }),
    state: 'a',
    fault: /'wait' is not declared/,
  },
  'a declared delay that is NaN': {
    machine: machineOf({ initial: 'a', states: { a: { after: { wait: 'a' } } } }, { delays: { wait: Number.NaN } }),
    state: '',
    fault: /'wait' is NaN/,
  },
  'a function that gives NaN': {
    machine: machineOf(
      { initial: 'a', states: { a: { on: { GO: 'b' } }, b: { after: { wait: 'a' } } } },
      { delays: { wait: () => Number.NaN } },
    ),
    state: 'a',
    fault: /'wait' is NaN/,
  },
  'a guard that is not declared': {
    machine: machineOf({ initial: 'a', states: { a: { on: { GO: { guard: 'is', target: 'a' } } } } }),
    state: 'a',
    fault: /guard 'is'/,
  },
  'a guard that asks for a state that does not exist': asking({ a: 'none' }, /asks for the state 'none'/),
  'a guard that asks for a region that does not exist': asking({ none: 'a' }, /asks for the state 'none'/),
  'an action with a name of XState': acting('xstate.raise', /can't be named 'xstate\.raise'/),
  'a text that is raised': acting(raise('GO' as never), /raises 'GO' as a text/),
  'a machine without states': { machine: machineOf({}), state: '', fault: /no states/ },
  'a history default that does not exist': {
    machine: machineOf({ initial: 'a', states: { a: { initial: 'b', states: { b: {}, h: { type: 'history', target: 'none' } } } } }),
    state: 'a.h',
    fault: /'none' does not exist/,
  },
  'a history default whose path only looks like an id': {
    machine: machineOf({
      initial: 'a',
      states: { a: { initial: 'bone', states: { bone: { id: 'one.none' }, h: { type: 'history', target: 'bone.none' } } } },
    }),
    state: 'a.h',
    fault: /'bone\.none' does not exist/,
  },
  'a history default with a dot in its id, which XState reads as a path': {
    machine: machineOf({
      initial: 'a',
      states: { a: { initial: 'b', states: { b: { id: 'x.y' }, h: { type: 'history', target: '#x.y' } } } },
    }),
    state: 'a.h',
    fault: /'#x\.y' does not exist/,
  },
  'two invocations of one id that run together': {
    machine: machineOf(
      { type: 'parallel', states: { a: { invoke: { id: 'x', src: 'work' } }, b: { invoke: { id: 'x', src: 'work' } } } },
      { actors: { work: task() } },
    ),
    state: '',
    fault: /two invocations have the id 'x'/,
  },
  'a loop of always': {
    machine: machineOf({ initial: 'a', states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } } }),
    state: 'a',
    fault: /1000 microsteps/,
  },
  'a loop of after: 0': {
    machine: machineOf({ initial: 'a', states: { a: { after: { 0: { target: 'a', reenter: true } } } } }),
    state: 'a',
    fault: /without end/,
  },
  'a context that reads the clock': {
    machine: machineOf({ context: () => ({ now: Date.now() - (Date.now() % 1e9) }), initial: 'a', states: { a: {} } }),
    state: '',
    fault: /impure/,
  },
  'an assign that draws': {
    machine: machineOf({ context: { n: 0 }, initial: 'a', states: { a: { on: { GO: { actions: assign({ n: () => Math.random() }) } } } } }),
    state: 'a',
    fault: /impure/,
  },
  'a guard that reads the clock': {
    machine: machineOf({
      initial: 'a',
      states: { a: { on: { GO: { guard: () => new Date().getFullYear() > 2020, target: 'b' } } }, b: {} },
    }),
    state: 'a',
    fault: /impure/,
  },
  'a delay that reads the clock': {
    machine: machineOf({ initial: 'a', states: { a: { after: { wait: 'a' } } } }, { delays: { wait: () => new Date().getFullYear() } }),
    state: '',
    fault: /impure/,
  },
  'a context that JSON does not keep': {
    machine: machineOf({ context: { at: new Date(0) }, initial: 'a', states: { a: {} } }),
    state: '',
    fault: /context\.at is not a plain object/,
  },
};
