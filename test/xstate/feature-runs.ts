/** Small machines of untyped configuration, to demonstrate XState's features. XState's own types are tested elsewhere. */
import { assign } from 'xstate';
import { task, type Workflow } from '../../machines/workflow.ts';
import type { NewSession } from '../../src/engine/steps/step.ts';
import { Run, workflowOf } from './machines.ts';
import { machineOf } from './refused-features.ts';

export type Given = Readonly<Record<string, unknown>>;
export interface Args {
  readonly context: Given;
  readonly event: Given;
}

/** A machine of untyped configuration. */
export function run(config: object, implementations: object = {}, of: Partial<NewSession> = {}, more: Partial<Workflow> = {}): Run {
  return new Run(workflowOf(machineOf({ id: 'm', ...config }, implementations), {}, more), of);
}

/** @returns the paths after each event, including the first */
export function paths(started: Run, ...events: string[]): string[] {
  const seen = [started.path];
  for (const type of events) {
    started.send(type);
    seen.push(started.path);
  }
  return seen;
}

export const actors = { work: task(), other: task() };
export const toggle = { a: { on: { GO: 'b' } }, b: { on: { BACK: 'a' } } };
export const add = (name: string) => assign({ log: ({ context }: Args) => [...(context['log'] as string[]), name] } as never);
export const logged = (started: Run) => (started.session.context as Given)['log'];
export const regions = {
  type: 'parallel',
  states: { x: { initial: 'one', states: { one: { on: { GO: 'two' } }, two: {} } }, y: { initial: 'one', states: { one: {}, two: {} } } },
};
export const looping = { initial: 'a', states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } } };

export function guarded(guard: unknown, guards: object = {}, context: object = { n: 1 }): string {
  return paths(run({ context, initial: 'a', states: { a: { on: { GO: { guard, target: 'b' } } }, b: {} } }, { guards }), 'GO').at(-1) ?? '';
}

export const isOne = ({ context }: Args) => context['n'] === 1;
export const never = () => false;
