/** What holds in every configuration that a session of any registered workflow can come into. */
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { statePath } from '../../src/engine/session.ts';
import { workflows } from '../support/workflows.ts';
import { exploreSteps } from './step-graph.ts';

const leaves = (node: AnyStateMachine['root']): string[] =>
  Object.keys(node.states).length === 0
    ? [node.path.join('.')]
    : Object.values(node.states).flatMap((child) => leaves(child as AnyStateMachine['root']));

describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (_, workflow) => {
  const graph = exploreSteps(workflow);
  const configurations = [...graph.values()];

  test('every state can be reached', () => {
    const reached = new Set(configurations.map(({ session }) => statePath(session.value)));
    expect([...reached].sort()).toEqual(leaves(workflow.machine.root).sort());
  });

  test('every configuration that is not an end waits for a time, and has a way to an end', () => {
    const timeless = configurations.filter(({ session }) => session.status === 'active' && session.timers.length === 0);
    expect(timeless.map(({ key }) => key)).toEqual([]);
    const ending = new Set(configurations.filter(({ session }) => session.status === 'done').map(({ key }) => key));
    for (let before = -1; before !== ending.size; ) {
      before = ending.size;
      for (const { key, steps } of configurations) if (steps.some(({ to }) => ending.has(to))) ending.add(key);
    }
    expect(configurations.filter(({ key }) => !ending.has(key)).map(({ key }) => key)).toEqual([]);
  });
});
